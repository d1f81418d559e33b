// Anonymous requests: those without credentials, which a catalog on a loopback address may be told to serve.
//
// They must come from a program that an owner of this machine runs. A page in a browser, a name that was made
// to resolve to this machine and a proxy reach a loopback address, too; what tells them apart are the fields
// that browsers and proxies add and a page cannot leave out.
//
// Source: Fetch standard ("Origin", "Sec-Fetch-Site"), RFC 7239 (Forwarded) and the older X-Forwarded-For.
#ifndef LIFEBOAT_CATALOG_SERVER_ANONYMOUS_REQUEST_H_
#define LIFEBOAT_CATALOG_SERVER_ANONYMOUS_REQUEST_H_

#include "base/status.h"
#include "net/http.h"

namespace lifeboat::catalog {

// kUnauthenticated, saying what gives the request away, unless a program on this machine sent it itself.
Status CheckMayBeAnonymous(const net::HttpRequest& request);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_ANONYMOUS_REQUEST_H_
