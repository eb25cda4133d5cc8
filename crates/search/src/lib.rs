//! Selects archived messages, cuts them into units and gives each transcript its text.
