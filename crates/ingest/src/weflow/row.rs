//! One message as WeFlow and its ArkMe variant write it.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::field::Field;

/// The fields that are read; tools change their types between versions.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row<'a> {
    #[serde(borrow, default)]
    pub(super) local_id: Field<'a>,
    #[serde(borrow, default)]
    pub(super) create_time: Field<'a>,
    #[serde(borrow, default, rename = "type")]
    pub(super) kind: Field<'a>,
    #[serde(borrow, default)]
    pub(super) local_type: Field<'a>,
    #[serde(borrow, default)]
    pub(super) content: Field<'a>,
    #[serde(borrow, default)]
    pub(super) is_send: Field<'a>,
    #[serde(borrow, default)]
    pub(super) sender_username: Field<'a>,
    #[serde(borrow, default)]
    pub(super) sender_display_name: Field<'a>,
    #[serde(borrow, default, rename = "senderID")]
    pub(super) sender_id: Field<'a>,
    #[serde(borrow, default)]
    pub(super) platform_message_id: Field<'a>,
    #[serde(borrow, default)]
    pub(super) reply_to_message_id: Field<'a>,
    #[serde(borrow, default)]
    pub(super) quoted_sender: Field<'a>,
    #[serde(borrow, default)]
    pub(super) quoted_content: Field<'a>,
    #[serde(borrow, default)]
    pub(super) emoji_md5: Field<'a>,
    #[serde(borrow, default)]
    pub(super) emoji_cdn_url: Field<'a>,
    #[serde(borrow, default)]
    pub(super) emoji_caption: Field<'a>,
    #[serde(borrow, default)]
    pub(super) location_lat: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) location_lng: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) location_poiname: Field<'a>,
    #[serde(borrow, default)]
    pub(super) location_label: Field<'a>,
    #[serde(borrow, default)]
    pub(super) app_msg_type: Field<'a>,
    #[serde(borrow, default)]
    pub(super) app_msg_desc: Field<'a>,
    #[serde(borrow, default)]
    pub(super) app_msg_source_name: Field<'a>,
    #[serde(borrow, default)]
    pub(super) link_title: Field<'a>,
    #[serde(borrow, default)]
    pub(super) link_url: Field<'a>,
    #[serde(borrow, default)]
    pub(super) finder_nickname: Field<'a>,
    #[serde(borrow, default)]
    pub(super) contact_card_wxid: Field<'a>,
    #[serde(borrow, default)]
    pub(super) contact_card_nickname: Field<'a>,
    #[serde(borrow, default)]
    pub(super) contact_card_alias: Field<'a>,
    #[serde(borrow, default)]
    pub(super) app_msg_kind: Field<'a>,
    #[serde(borrow, default)]
    pub(super) app_msg_app_name: Field<'a>,
    #[serde(borrow, default)]
    pub(super) app_msg_source_username: Field<'a>,
    #[serde(borrow, default)]
    pub(super) finder_title: Field<'a>,
    #[serde(borrow, default)]
    pub(super) finder_desc: Field<'a>,
    #[serde(borrow, default)]
    pub(super) finder_username: Field<'a>,
    #[serde(borrow, default)]
    pub(super) finder_object_id: Field<'a>,
    #[serde(borrow, default)]
    pub(super) finder_url: Field<'a>,
    #[serde(borrow, default)]
    pub(super) music_title: Field<'a>,
    #[serde(borrow, default)]
    pub(super) music_url: Field<'a>,
    #[serde(borrow, default)]
    pub(super) music_data_url: Field<'a>,
    #[serde(borrow, default)]
    pub(super) music_singer: Field<'a>,
    #[serde(borrow, default)]
    pub(super) music_app_name: Field<'a>,
    #[serde(borrow, default)]
    pub(super) music_source_name: Field<'a>,
    #[serde(borrow, default)]
    pub(super) contact_card_remark: Field<'a>,
    #[serde(borrow, default)]
    pub(super) contact_card_province: Field<'a>,
    #[serde(borrow, default)]
    pub(super) contact_card_city: Field<'a>,
    #[serde(borrow, default)]
    pub(super) contact_card_signature: Field<'a>,
}
