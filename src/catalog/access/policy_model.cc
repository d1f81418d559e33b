#include "catalog/access/policy_model.h"

#include "catalog/api/identifier.h"

namespace lifeboat::catalog::access {

std::string_view PrincipalKindName(PrincipalKind kind) {
  switch (kind) {
    case PrincipalKind::kClient:
      return "client";
    case PrincipalKind::kExternal:
      return "external";
    case PrincipalKind::kAccessKey:
      return "access-key";
  }
  return "";
}

Result<PrincipalKind> ParsePrincipalKind(std::string_view name) {
  for (const PrincipalKind kind :
       {PrincipalKind::kClient, PrincipalKind::kExternal, PrincipalKind::kAccessKey}) {
    if (PrincipalKindName(kind) == name) return kind;
  }
  return Status::InvalidArgument("unknown kind of principal '{}'; use client, external or access-key", name);
}

std::string Grantee::ToString() const {
  return fmt::format("{} '{}'", kind == Kind::kPrincipal ? "principal" : "role", id);
}

Status ValidateAccessId(std::string_view what, std::string_view id) {
  if (id.empty()) return Status::InvalidArgument("the id of a {} must not be empty", what);
  if (id.size() > kMaxNameBytes) {
    return Status::InvalidArgument("the id of a {} must not be longer than {} bytes", what, kMaxNameBytes);
  }
  for (const char c : id) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      return Status::InvalidArgument("the id of a {} must not hold control character 0x{:02X}", what, byte);
    }
  }
  return Status::Ok();
}

}  // namespace lifeboat::catalog::access
