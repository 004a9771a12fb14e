//! The caller's address, and which addresses count as one host.

use std::net::{IpAddr, SocketAddr};

use actix_web::{HttpRequest, http::header};

/// The last entry of a header that proxies append to: the nearest proxy wrote it, and only that one is ours.
pub(crate) fn last_entry<'a>(headers: &'a header::HeaderMap, name: &str) -> Option<&'a str> {
    headers.get_all(name).last()?.to_str().ok()?.rsplit(',').next().map(str::trim)
}

/// Parses an address as proxies write it: bare, with a port, or in brackets.
fn read_address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse().ok().map(|with_port: SocketAddr| with_port.ip()))
}

/// The address that our proxy names as the caller's.
#[must_use]
pub fn forwarded(headers: &header::HeaderMap) -> Option<IpAddr> {
    last_entry(headers, "X-Forwarded-For").and_then(read_address)
}

/// The caller's address: behind a trusted proxy, the last entry of `X-Forwarded-For`; otherwise the peer's.
#[must_use]
pub fn address(request: &HttpRequest, trust_proxy: bool) -> IpAddr {
    let named = trust_proxy.then(|| forwarded(request.headers())).flatten();
    named.or_else(|| request.peer_addr().map(|peer| peer.ip())).unwrap_or(IpAddr::from([127, 0, 0, 1]))
}

/// The host that an address belongs to. An IPv6 host owns a whole /64, and IPv4-mapped IPv6 addresses count as IPv4.
#[must_use]
pub fn host(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        v4 @ IpAddr::V4(_) => v4,
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn address_of(lines: &[&str], trust_proxy: bool) -> String {
        let peer = "127.0.0.9:4000".parse().unwrap();
        let request = lines
            .iter()
            .fold(TestRequest::default().peer_addr(peer), |request, line| {
                request.append_header(("X-Forwarded-For", *line))
            })
            .to_http_request();
        address(&request, trust_proxy).to_string()
    }

    #[test]
    fn the_nearest_proxy_alone_says_who_calls() {
        assert_eq!(address_of(&["192.0.2.1"], false), "127.0.0.9");
        assert_eq!(address_of(&[], true), "127.0.0.9");
        assert_eq!(address_of(&["192.0.2.1"], true), "192.0.2.1");
        assert_eq!(address_of(&["198.51.100.7, 192.0.2.1"], true), "192.0.2.1");
        // A header that the caller sends precedes the proxy's.
        assert_eq!(address_of(&["198.51.100.7", "192.0.2.1"], true), "192.0.2.1");
        assert_eq!(address_of(&["198.51.100.7", "198.51.100.8, 192.0.2.1:5555"], true), "192.0.2.1");
        assert_eq!(address_of(&["[2001:db8::1]:443"], true), "2001:db8::1");
        assert_eq!(address_of(&["2001:db8::1"], true), "2001:db8::1");
        assert_eq!(address_of(&["192.0.2.1, nonsense"], true), "127.0.0.9");
    }

    #[test]
    fn an_address_is_one_in_both_its_forms() {
        assert_eq!(host("::ffff:192.0.2.1".parse().unwrap()), host("192.0.2.1".parse().unwrap()));
        assert_ne!(host("::ffff:192.0.2.1".parse().unwrap()), host("::ffff:192.0.2.2".parse().unwrap()));
        assert_eq!(host("2001:db8::1".parse().unwrap()), host("2001:db8::2".parse().unwrap()));
    }
}
