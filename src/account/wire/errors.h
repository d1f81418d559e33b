// Errors as the drivers expect them: a six-digit code, a SQLSTATE and a text, inside an HTTP 200.
#ifndef LIFEBOAT_ACCOUNT_WIRE_ERRORS_H_
#define LIFEBOAT_ACCOUNT_WIRE_ERRORS_H_

#include <string>
#include <string_view>

#include "base/status.h"
#include "net/http.h"

namespace lifeboat::account::wire {

// Session codes that drivers act upon.
inline constexpr char kBadCredentials[] = "390100";
inline constexpr char kSessionExpired[] = "390112";  // the driver renews and repeats
inline constexpr char kMasterTokenExpired[] = "390114";
inline constexpr char kMasterTokenInvalid[] = "390115";
// Not errors: poll for the result.
inline constexpr char kQueryInProgress[] = "333333";
inline constexpr char kQueryInProgressAsync[] = "333334";
// A statement's.
inline constexpr char kStatementCancelled[] = "000604";
inline constexpr char kStatementNotRunning[] = "000605";
inline constexpr char kStatementNotFound[] = "000709";

struct WireError {
  std::string code;
  std::string sql_state;
  std::string message;
  int line = -1;
  int position = -1;
};

// From the SqlError attached to `status`, else from its code.
WireError ToWireError(const Status& status);

// {"success": false, "code": …, "message": …, "data": {…}}. `query_id` is "" where there is no statement.
std::string ErrorBody(const WireError& error, std::string_view query_id = "");

net::HttpResponse ErrorResponse(std::string_view code, std::string_view sql_state, std::string_view message);
net::HttpResponse SessionExpired();
// {"success": true, "data": null}
net::HttpResponse EmptySuccess();
// HTTP 503: nothing was applied, the driver asks again.
net::HttpResponse TryAgainLater(std::string_view message);

}  // namespace lifeboat::account::wire

#endif  // LIFEBOAT_ACCOUNT_WIRE_ERRORS_H_
