// Which ACCOUNT_NAME a login may give: the account's own name or a connection it serves, alone or after
// "ORGANIZATION-", in any case, with '-' standing for '_' as in host names. Anything else is refused like a
// wrong password, so that names of accounts cannot be found by trying.
#ifndef LIFEBOAT_ACCOUNT_WIRE_ACCOUNT_NAMES_H_
#define LIFEBOAT_ACCOUNT_WIRE_ACCOUNT_NAMES_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lifeboat::account::wire {

class AccountNames {
 public:
  AccountNames(std::string_view organization, std::string_view account,
               const std::vector<std::string>& connections);
  bool Accepts(std::string_view name) const;

 private:
  std::set<std::string> accepted_;
};

}  // namespace lifeboat::account::wire

#endif  // LIFEBOAT_ACCOUNT_WIRE_ACCOUNT_NAMES_H_
