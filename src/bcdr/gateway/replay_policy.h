// Whether a request whose fate is unknown may be sent again.
//
// Reads always may. Of the driver protocol everything may: another account does not know the request's token
// and answers 390112 without executing anything, and the same account recognises the requestId. Anything else
// may have taken effect and must not take effect twice: the client is told that the outcome is unknown.
#ifndef LIFEBOAT_BCDR_GATEWAY_REPLAY_POLICY_H_
#define LIFEBOAT_BCDR_GATEWAY_REPLAY_POLICY_H_

#include "net/http.h"

namespace lifeboat::bcdr {

bool IsRead(const net::HttpRequest& request);
bool IsDriverProtocol(const net::HttpRequest& request);
inline bool MayReplay(const net::HttpRequest& request) {
  return IsRead(request) || IsDriverProtocol(request);
}

}  // namespace lifeboat::bcdr

#endif  // LIFEBOAT_BCDR_GATEWAY_REPLAY_POLICY_H_
