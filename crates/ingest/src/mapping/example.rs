//! A mapping to be filled in, made for a table that no reader knows from the headers it has.

/// What each key of `[columns]` might be called, in several languages, best first.
const NAMES: &[(&str, &[&str])] = &[
    ("time", &["time", "date", "timestamp", "sent", "时间", "日期", "發送時間"]),
    ("sender", &["sender", "from", "author", "name", "发送人", "发送者", "发件人", "昵称", "姓名", "发言人"]),
    ("text", &["message", "text", "body", "content", "内容", "消息", "正文", "聊天记录"]),
    ("sender_id", &["sender id", "from id", "wxid", "account", "微信号", "账号"]),
    ("id", &["message id", "msgid", "消息id", "server id"]),
    ("conversation", &["conversation", "chat", "group", "room", "会话", "群", "聊天对象"]),
];

/// Returns the column that a key most likely means, by its header.
fn guess<'a>(key: &str, headers: &'a [String]) -> Option<&'a str> {
    let (_, names) = NAMES.iter().find(|(known, _)| *known == key)?;
    let headers = || headers.iter().map(String::as_str).filter(|header| !header.trim().is_empty());
    let exact = |name: &&str| headers().find(|header| header.trim().to_lowercase() == **name);
    let within = |name: &&str| headers().find(|header| header.to_lowercase().contains(*name));
    names.iter().find_map(exact).or_else(|| names.iter().find_map(within))
}

/// Returns the headers where a row looks like those of messages: something of time, something said, somebody who says it.
pub(crate) fn columns(rows: &[Vec<String>]) -> Option<&[String]> {
    rows.iter().map(Vec::as_slice).find(|row| {
        let found = ["time", "sender", "text"].map(|key| guess(key, row));
        let [Some(time), Some(sender), Some(text)] = found else { return false };
        time != sender && sender != text && time != text
    })
}

/// Returns a mapping with what can be guessed, the rest left to whoever knows the table.
pub(crate) fn example(headers: &[String]) -> String {
    let mut lines = vec!["[columns]".to_owned()];
    for (key, _) in NAMES {
        match guess(key, headers) {
            Some(header) => lines.push(format!("{key} = {}", quoted(header))),
            None if *key == "time" => lines.push("time = \"(the column of times)\"".to_owned()),
            None => lines.push(format!("# {key} = \"…\"")),
        }
    }
    lines.join("\n")
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_names_the_columns_that_are_there() {
        let row = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let rows = [row(&["Chats"]), row(&["No", "发送时间", "昵称", "聊天内容"])];
        let headers = columns(&rows).expect("headers");
        let text = example(headers);
        assert!(
            text.starts_with("[columns]\ntime = \"发送时间\"\nsender = \"昵称\"\ntext = \"聊天内容\"\n# sender_id"),
            "{text}"
        );
        assert!(crate::Mapping::from_toml(&text).is_ok());
        assert!(columns(&[row(&["Date", "Amount", "Balance"])]).is_none());
        assert!(columns(&[row(&["message time", "x"])]).is_none());
    }
}
