//! Addresses, and texts from the hub that become parts of paths.

use ureq::http::Uri;

/// Returns scheme, host and port, which decide whether the token is sent.
pub fn origin(url: &str) -> Option<(String, String, u16)> {
    let uri: Uri = url.parse().ok()?;
    let scheme = uri.scheme_str()?.to_lowercase();
    let port = uri.port_u16().unwrap_or(if scheme == "https" { 443 } else { 80 });
    Some((scheme, uri.host()?.to_lowercase(), port))
}

/// Returns scheme and host of an address for messages. The path is left out because it may contain a
/// signature.
pub fn host(url: &str) -> String {
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let end = url[after_scheme..].find(['/', '?']).map_or(url.len(), |at| after_scheme + at);
    url[..end].to_owned()
}

/// Resolves a `Location` header against the address of the request.
pub fn join(url: &str, location: &str) -> String {
    if location.contains("://") {
        return location.to_owned();
    }
    if let Some(rest) = location.strip_prefix("//") {
        return format!("{}//{rest}", &url[..url.find("//").unwrap_or(0)]);
    }
    if location.starts_with('/') {
        return format!("{}{location}", host(url));
    }
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let folder = path.rfind('/').filter(|&at| at >= host(url).len()).map_or(path, |at| &path[..at]);
    format!("{folder}/{location}")
}

/// Percent-encodes characters that are not allowed in a path.
pub fn escaped(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte);
    let one = |byte: u8| if plain(byte) { (byte as char).to_string() } else { format!("%{byte:02X}") };
    path.bytes().map(one).collect()
}

/// Returns whether a tag or commit is safe as a file name: letters, digits and dashes only.
pub fn is_plain(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !text.is_empty() && text.len() <= 128 && text.bytes().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations() {
        let url = "https://hub.test/user/repo/resolve/main/m.gguf?x=1";
        assert_eq!(join(url, "http://cdn.test/a"), "http://cdn.test/a");
        assert_eq!(join(url, "//cdn.test/a"), "https://cdn.test/a");
        assert_eq!(join(url, "/new/repo/m.gguf"), "https://hub.test/new/repo/m.gguf");
        assert_eq!(join(url, "n.gguf"), "https://hub.test/user/repo/resolve/main/n.gguf");
        assert_eq!(join("https://hub.test", "n"), "https://hub.test/n");
    }

    #[test]
    fn the_token_s_origin_is_scheme_host_and_port() {
        assert_eq!(origin("https://Hub.test/a"), origin("https://hub.test:443/b"));
        for other in
            ["http://hub.test/a", "https://hub.test:8443/a", "https://hub.test.evil/a", "https://a@evil/"]
        {
            assert_ne!(origin("https://hub.test/a"), origin(other), "{other}");
        }
    }

    #[test]
    fn paths_are_escaped_and_tags_are_plain() {
        assert_eq!(escaped("a b/ü?.gguf"), "a%20b/%C3%BC%3F.gguf");
        for bad in ["", "..", "a/b", "a.b"] {
            assert!(!is_plain(bad), "{bad}");
        }
        assert!(is_plain("abc-123"));
    }
}
