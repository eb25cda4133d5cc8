//! Pushes of official accounts: `mmreader`, a category with an item for each article.

use duces_model::{Body, Link, LinkKind};

use super::Node;

/// Returns what an `mmreader` pushes: several articles, or the one, which the card around it may describe too.
pub(super) fn read(reader: &Node, card: Link) -> Body {
    let mut items = items_of(reader, card.source.as_deref());
    if items.len() > 1 {
        return Body::Articles { items };
    }
    let item = items.pop().unwrap_or_default();
    Body::Link(Link {
        kind: LinkKind::Article,
        title: card.title.or(item.title),
        description: card.description.or(item.description),
        url: card.url.or(item.url),
        source: card.source.or(item.source),
    })
}

fn items_of(reader: &Node, source: Option<&str>) -> Vec<Link> {
    let publisher = reader.at(&["publisher", "nickname"]).and_then(Node::own_text);
    let mut links = Vec::new();
    for category in reader.children("category") {
        let name = category.text_of("name").or_else(|| publisher.clone()).or_else(|| source.map(str::to_owned));
        links.extend(category.children("item").map(|item| article(item, name.clone())).filter(says_something));
    }
    links
}

fn article(item: &Node, name: Option<String>) -> Link {
    let own = item.at(&["sources", "source", "name"]).and_then(Node::own_text);
    Link {
        kind: LinkKind::Article,
        // A title may have its text and its looks in elements of its own.
        title: item.text_in(&["title", "title_v2"]).or_else(|| item.at(&["title", "content"]).and_then(Node::own_text)),
        description: item.text_in(&["summary", "digest"]),
        url: item.text_in(&["url", "longurl", "shorturl", "native_url"]),
        source: own.or(name),
    }
}

/// The app leaves room for items that were never filled.
fn says_something(link: &Link) -> bool {
    link.title.is_some() || link.url.is_some()
}
