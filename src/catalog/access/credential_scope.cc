#include "catalog/access/credential_scope.h"

#include <algorithm>
#include <map>

#include "base/clock.h"
#include "catalog/api/table_places.h"
#include "iceberg/model/json.h"
#include "storage/s3/s3_location.h"

namespace lifeboat::catalog::access {
namespace {

bool IsBelow(std::string_view key, std::string_view prefix) {
  return key.size() > prefix.size() && key.starts_with(prefix) && key[prefix.size()] == '/';
}

Status CheckComponents(std::string_view key, std::string_view location) {
  while (true) {
    const std::string_view component = key.substr(0, key.find('/'));
    if (component.empty() || component == "." || component == "..") {
      return Status::InvalidArgument(
          "no access can be lent to '{}': its path has an empty, '.' or '..' component; give the table a "
          "plain location",
          location);
    }
    if (component.size() == key.size()) return Status::Ok();
    key.remove_prefix(component.size() + 1);
  }
}

// "2026-01-31T12:34:56Z", as policies write points in time.
std::string PolicyTime(int64_t micros) {
  return FormatUtc(micros).substr(0, 19) + "Z";
}

class PolicyWriter {
 public:
  PolicyWriter() : writer_(&text_) {
    writer_.BeginObject();
    writer_.Member("Version", "2012-10-17");
    writer_.Key("Statement");
    writer_.BeginArray();
  }
  void Statement(const std::vector<std::string>& actions, const std::vector<std::string>& resources,
                 int64_t not_after_micros, const std::vector<std::string>& listed_prefixes = {}) {
    writer_.BeginObject();
    writer_.Member("Effect", "Allow");
    writer_.Member("Action", actions);
    writer_.Member("Resource", resources);
    if (not_after_micros != 0 || !listed_prefixes.empty()) {
      writer_.Key("Condition");
      writer_.BeginObject();
      if (!listed_prefixes.empty()) Condition("StringLike", "s3:prefix", listed_prefixes);
      if (not_after_micros != 0) Condition("DateLessThan", "aws:CurrentTime", {PolicyTime(not_after_micros)});
      writer_.EndObject();
    }
    writer_.EndObject();
  }
  std::string Finish() {
    writer_.EndArray();
    writer_.EndObject();
    return std::move(text_);
  }

 private:
  void Condition(std::string_view comparison, std::string_view key, const std::vector<std::string>& values) {
    writer_.Key(comparison);
    writer_.BeginObject();
    writer_.Member(key, values);
    writer_.EndObject();
  }

  std::string text_;
  iceberg::JsonWriter writer_;
};

}  // namespace

std::string_view StorageAccessName(StorageAccess access) {
  switch (access) {
    case StorageAccess::kRead:
      return "read";
    case StorageAccess::kAppend:
      return "append";
    case StorageAccess::kReadWrite:
      break;
  }
  return "read-write";
}

std::vector<std::string> TableLocations(const iceberg::TableMetadata& metadata) {
  std::vector<std::string> locations{metadata.location};
  for (const std::string_view property : kPathProperties) {
    const auto found = metadata.properties.find(std::string(property));
    if (found != metadata.properties.end() && !found->second.empty()) locations.push_back(found->second);
  }
  for (std::string& location : locations) {
    while (location.ends_with('/')) location.pop_back();
  }
  return locations;
}

Result<CredentialScope> CredentialScope::Make(const std::vector<std::string>& locations,
                                              StorageAccess access) {
  std::map<std::string, Prefix> sorted;
  for (const std::string& location : locations) {
    LIFEBOAT_ASSIGN_OR_RETURN(const storage::s3::S3Location parsed,
                              storage::s3::ParseS3ObjectLocation(location));
    LIFEBOAT_RETURN_IF_ERROR(CheckComponents(parsed.key, location));
    sorted.emplace(location, Prefix{parsed.bucket, parsed.key});
  }
  CredentialScope scope;
  scope.access_ = access;
  for (const auto& [location, prefix] : sorted) {
    const bool inside = std::any_of(sorted.begin(), sorted.end(), [&, &prefix = prefix](const auto& other) {
      return other.second.bucket == prefix.bucket && IsBelow(prefix.key, other.second.key);
    });
    if (inside) continue;
    scope.locations_.push_back(location);
    scope.prefixes_.push_back(prefix);
  }
  return scope;
}

std::string CredentialScope::CommonPrefix() const {
  if (locations_.empty()) return "";
  const std::string& first = locations_.front();
  const std::string& last = locations_.back();
  const auto end = std::mismatch(first.begin(), first.end(), last.begin(), last.end()).first;
  return {first.begin(), end};
}

bool CredentialScope::Covers(std::string_view bucket, std::string_view key) const {
  return std::any_of(prefixes_.begin(), prefixes_.end(), [&](const Prefix& prefix) {
    // A listing of "prefix/" itself is inside.
    return prefix.bucket == bucket && IsBelow(key, prefix.key);
  });
}

std::string CredentialScope::Key() const {
  std::string key(StorageAccessName(access_));
  for (const std::string& location : locations_) {
    key += '\n';
    key += location;
  }
  return key;
}

Result<std::string> SessionPolicyJson(const CredentialScope& scope, const SessionPolicyOptions& options) {
  std::vector<std::string> objects;
  std::map<std::string, std::vector<std::string>> listed;  // by bucket
  for (size_t i = 0; i < scope.prefixes().size(); ++i) {
    const auto& [bucket, key] = scope.prefixes()[i];
    if (key.find_first_of("*?$") != std::string::npos) {
      return Status::InvalidArgument(
          "no credentials can be made for '{}': '*', '?' and '$' are patterns in a policy; use remote "
          "signing "
          "or another location",
          scope.locations()[i]);
    }
    objects.push_back(fmt::format("arn:{}:s3:::{}/{}/*", options.partition, bucket, key));
    listed[bucket].push_back(key + "/*");
  }
  std::vector<std::string> actions{"s3:GetObject"};
  if (scope.allows_write()) {
    for (const char* action : {"s3:PutObject", "s3:AbortMultipartUpload"}) actions.emplace_back(action);
  }
  if (scope.allows_delete()) actions.emplace_back("s3:DeleteObject");
  PolicyWriter policy;
  policy.Statement(actions, objects, options.not_after_micros);
  for (const auto& [bucket, prefixes] : listed) {
    policy.Statement({"s3:ListBucket"}, {fmt::format("arn:{}:s3:::{}", options.partition, bucket)},
                     options.not_after_micros, prefixes);
  }
  if (!options.kms_keys.empty()) {
    std::vector<std::string> kms_actions{"kms:Decrypt"};
    if (scope.allows_write()) kms_actions.emplace_back("kms:GenerateDataKey");
    policy.Statement(kms_actions, options.kms_keys, options.not_after_micros);
  }
  return policy.Finish();
}

}  // namespace lifeboat::catalog::access
