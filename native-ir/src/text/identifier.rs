//! Which characters stand in names without quotes: identifiers of UAX #31, with `_` at the start and emoji anywhere.

use unicode_properties::UnicodeEmoji;

fn is_emoji(c: char) -> bool {
    !c.is_ascii() && c.is_emoji_char()
}

/// Whether a name may begin with a character.
pub(super) fn is_start(c: char) -> bool {
    c == '_' || unicode_ident::is_xid_start(c) || is_emoji(c)
}

/// Whether a name may go on with a character. A zero-width joiner and the emoji presentation selector stand in emoji
/// sequences.
pub(super) fn is_continue(c: char) -> bool {
    unicode_ident::is_xid_continue(c) || matches!(c, '\u{200d}' | '\u{fe0f}') || is_emoji(c)
}

/// Whether a character may stand in a name, ASCII ones first because they are the common ones.
pub(super) fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || (!c.is_ascii() && is_continue(c))
}
