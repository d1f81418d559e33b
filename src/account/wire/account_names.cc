#include "account/wire/account_names.h"

namespace lifeboat::account::wire {
namespace {

std::string Normalize(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (c == '_') c = '-';
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

}  // namespace

AccountNames::AccountNames(std::string_view organization, std::string_view account,
                           const std::vector<std::string>& connections) {
  std::vector<std::string> names = connections;
  names.emplace_back(account);
  for (const std::string& name : names) {
    accepted_.insert(Normalize(name));
    accepted_.insert(Normalize(std::string(organization) + "-" + name));
  }
}

bool AccountNames::Accepts(std::string_view name) const {
  return accepted_.count(Normalize(name)) > 0;
}

}  // namespace lifeboat::account::wire
