//! A caller's address, and which addresses count as one host.

use std::net::{IpAddr, SocketAddr};

use actix_web::{HttpRequest, http::header};

/// The last entry of a header that proxies add to: the last line is the nearest proxy's, and only that is ours.
pub(crate) fn last_entry<'a>(headers: &'a header::HeaderMap, name: &str) -> Option<&'a str> {
    headers.get_all(name).last()?.to_str().ok()?.rsplit(',').next().map(str::trim)
}

/// An address as proxies write it: bare, with a port, or in brackets.
fn read_address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse().ok().map(|with_port: SocketAddr| with_port.ip()))
}

/// Whom a proxy of ours names as the caller.
#[must_use]
pub fn forwarded(headers: &header::HeaderMap) -> Option<IpAddr> {
    last_entry(headers, "X-Forwarded-For").and_then(read_address)
}

/// The caller's address. Behind a proxy of ours, what it says in `X-Forwarded-For`, last entry.
#[must_use]
pub fn address(request: &HttpRequest, trust_proxy: bool) -> IpAddr {
    let named = trust_proxy.then(|| forwarded(request.headers())).flatten();
    named.or_else(|| request.peer_addr().map(|peer| peer.ip())).unwrap_or(IpAddr::from([127, 0, 0, 1]))
}

/// The host of an address: an IPv6 host has a whole /64 to itself, and IPv4 addresses mapped to IPv6 count as IPv4.
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
        // A header that the caller sends stands before the proxy's.
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
