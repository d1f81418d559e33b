// The records in which a store keeps a PolicyModel: one small JSON document under one key for each decision,
// so that two administrators who change different things never overwrite each other.
//
//   access/principal/<id>                    access/secret/<principal>          (a secret record)
//   access/role/<id>                         access/member/<role>/<principal|role>/<id>
//   access/grant/<principal|role>/<id>/<catalog|namespace|table|location>/<key>
//   access/location/<location>               access/setting/external            access/trust/<principal>
//
// Parts of a key are percent-encoded. Members a newer version put into a document are ignored.
#ifndef LIFEBOAT_CATALOG_ACCESS_POLICY_RECORDS_H_
#define LIFEBOAT_CATALOG_ACCESS_POLICY_RECORDS_H_

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalog/access/policy_model.h"

namespace lifeboat::catalog::access {

inline constexpr std::string_view kAccessPrefix = "access/";

struct PolicyRecord {
  std::string key;
  boost::json::value value;
  bool secret = false;
};

std::string PrincipalKey(std::string_view id);
std::string SecretKey(std::string_view principal);
std::string RoleKey(std::string_view id);
std::string MembershipKey(const Membership& membership);
std::string GrantKey(const Grantee& grantee, const Securable& object);
std::string LocationKey(std::string_view location);
std::string SettingsKey();
std::string TrustKey(std::string_view principal);

PolicyRecord ToRecord(const Principal& principal);
PolicyRecord ToRecord(std::string_view principal, const PrincipalSecret& secret);
PolicyRecord ToRecord(const Role& role);
PolicyRecord ToRecord(const Membership& membership);
PolicyRecord ToRecord(const Grant& grant);
PolicyRecord ToRecord(const RegisteredLocation& location);
PolicyRecord ToRecord(const Settings& settings);
PolicyRecord ToRecord(const TrustEntry& entry);

// Puts what the record says into the model. kCorruption, naming the key, for a document that cannot be read;
// a key of a kind that is not known is left alone.
Status AddRecord(std::string_view key, const boost::json::value& value, PolicyModel* model);

// {"principal":"x"} or {"role":"x"}, as a grantee is written in documents and requests.
boost::json::object ToJson(const Grantee& grantee);
Result<Grantee> ParseGrantee(const boost::json::value& value);

}  // namespace lifeboat::catalog::access

#endif  // LIFEBOAT_CATALOG_ACCESS_POLICY_RECORDS_H_
