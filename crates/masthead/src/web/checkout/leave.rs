//! From the paper to the payment company's page.
//!
//! The policy of our pages lets forms go to this paper only, and browsers hold it against redirects of a form as well.
//! So another origin is reached from a page of its own: by a button whose form may go there and nowhere else, or by a
//! plain link that the browser follows by itself.
use http::{HeaderName, HeaderValue, Response, Uri};
use pages::views::{self, LeavePage};

use crate::gateways::rail::Way;
use crate::house::House;
use crate::web::body::Reply;
use crate::web::error::{Fault, see_other};
use crate::web::forms::show;
use crate::web::headers::CONTENT_SECURITY_POLICY;

/// Sends the reader on.
///
/// # Errors
/// A way that leads nowhere: then nobody has paid.
pub fn leave(house: &House, reader: views::Reader, way: &Way) -> Result<Response<Reply>, Fault> {
    match way {
        Way::Link(address) if is_ours(house, address) => Ok(see_other(address)),
        Way::Link(address) => {
            origin(address).ok_or_else(nowhere)?;
            show(house, reader, &LeavePage::Link { address: address.clone() })
        }
        Way::Form { action, fields } => {
            let origin = origin(action).ok_or_else(nowhere)?;
            let page = LeavePage::Form { action: action.clone(), fields: fields.clone() };
            let mut response = show(house, reader, &page)?;
            let policy = CONTENT_SECURITY_POLICY.replace("form-action 'self'", &format!("form-action {origin}"));
            let policy = HeaderValue::try_from(policy).map_err(|_| nowhere())?;
            response.headers_mut().insert(HeaderName::from_static("content-security-policy"), policy);
            Ok(response)
        }
    }
}

fn is_ours(house: &House, address: &str) -> bool {
    let after = address.strip_prefix(&house.publication.base_url);
    let path = address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/\\");
    path || after.is_some_and(|rest| rest.starts_with('/'))
}

/// Scheme, host and port of a whole URL, in the plain letters that a policy may hold.
fn origin(address: &str) -> Option<String> {
    let uri: Uri = address.parse().ok()?;
    let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "https" | "http"))?;
    let host = uri.host().filter(|host| host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-[]:".contains(&b)))?;
    let port = uri.port_u16().map_or_else(String::new, |port| format!(":{port}"));
    Some(format!("{scheme}://{host}{port}"))
}

fn nowhere() -> Fault {
    Fault::internal(&std::io::Error::other("the rail gave a payment page without a usable address"))
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn an_origin_is_all_that_gets_into_the_policy() {
        assert_eq!(origin("https://pay.example/p/1?a=b").as_deref(), Some("https://pay.example"));
        assert_eq!(origin("http://127.0.0.1:4010/p").as_deref(), Some("http://127.0.0.1:4010"));
        for wrong in ["", "/p/1", "javascript:alert(1)", "ftp://pay.example/", "https://pay.example;script-src *"] {
            assert_eq!(origin(wrong), None, "{wrong}");
        }
    }
}
