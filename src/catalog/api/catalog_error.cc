#include "catalog/api/catalog_error.h"

#include <memory>

namespace lifeboat::catalog {

Status CatalogError(StatusCode code, std::string_view error_type, std::string message) {
  return Status(code, std::move(message), std::make_shared<CatalogErrorDetail>(std::string(error_type)));
}

Status NoSuchWarehouse(std::string_view warehouse) {
  return CatalogError(StatusCode::kNotFound, "NoSuchWarehouseException",
                      fmt::format("Warehouse does not exist: {}", warehouse));
}

Status NoSuchNamespace(const Namespace& name_space) {
  return CatalogError(StatusCode::kNotFound, "NoSuchNamespaceException",
                      "Namespace does not exist: " + ToString(name_space));
}

Status NoSuchTable(const TableIdentifier& identifier) {
  return CatalogError(StatusCode::kNotFound, "NoSuchTableException",
                      "Table does not exist: " + ToString(identifier));
}

Status NoSuchView(const TableIdentifier& identifier) {
  return CatalogError(StatusCode::kNotFound, "NoSuchViewException",
                      "View does not exist: " + ToString(identifier));
}

Status NoSuchFunction(const TableIdentifier& identifier) {
  return CatalogError(StatusCode::kNotFound, "NoSuchFunctionException",
                      "Function does not exist: " + ToString(identifier));
}

Status NamespaceAlreadyExists(const Namespace& name_space) {
  return CatalogError(StatusCode::kAlreadyExists, "AlreadyExistsException",
                      "Namespace already exists: " + ToString(name_space));
}

Status NameIsTaken(const TableIdentifier& identifier, ObjectKind wanted, ObjectKind holder) {
  return CatalogError(StatusCode::kAlreadyExists, "AlreadyExistsException",
                      fmt::format("{}{} already exists: {}", holder == ObjectKind::kView ? "View" : "Table",
                                  wanted == holder ? "" : " with same name", ToString(identifier)));
}

Status RenameTargetIsTaken(const TableIdentifier& from, const TableIdentifier& to, ObjectKind holder) {
  return CatalogError(StatusCode::kAlreadyExists, "AlreadyExistsException",
                      fmt::format("Cannot rename {} to {}. {} already exists", ToString(from), ToString(to),
                                  holder == ObjectKind::kView ? "View" : "Table"));
}

Status PlaceIsTaken(const TableIdentifier& identifier, std::string_view place,
                    const TableIdentifier* holder) {
  return Status::InvalidArgument(
      "Cannot place {} at {}: that is, contains or lies below a folder of {}; whoever may reach the files of "
      "one "
      "would reach those of the other, so choose a folder of its own",
      ToString(identifier), place, holder == nullptr ? "another table or view" : ToString(*holder));
}

Status NamespaceNotEmpty(const Namespace& name_space) {
  return CatalogError(StatusCode::kFailedPrecondition, "NamespaceNotEmptyException",
                      "Namespace is not empty: " + ToString(name_space));
}

Status NoSuchRecord(std::string_view key) {
  return Status::NotFound("Record does not exist: {}", key);
}

Status RecordChanged(std::string_view key) {
  return CommitFailed(fmt::format("Record was changed meanwhile: {}", key));
}

Status CommitFailed(std::string message) {
  return CatalogError(StatusCode::kConflict, "CommitFailedException", std::move(message));
}

Status ChangesTrimmed(uint64_t after, uint64_t first_position) {
  return CatalogError(StatusCode::kNotFound, "ChangesTrimmedException",
                      fmt::format("The change log no longer holds what follows position {}: it begins at "
                                  "position {}; copy the catalog anew and follow from there",
                                  after, first_position));
}

Status InvalidUpdate(const Status& reason) {
  if (reason.code() != StatusCode::kInvalidArgument) return reason;
  return CatalogError(reason.code(), "IllegalArgumentException", reason.message());
}

std::string ErrorTypeOf(const Status& status) {
  if (const auto* detail = status.detail<CatalogErrorDetail>()) return detail->error_type();
  switch (status.code()) {
    case StatusCode::kInvalidArgument:
      return "BadRequestException";
    case StatusCode::kNotFound:
      return "NotFoundException";
    case StatusCode::kAlreadyExists:
      return "AlreadyExistsException";
    case StatusCode::kConflict:
      return "CommitFailedException";
    case StatusCode::kCommitStateUnknown:
      return "CommitStateUnknownException";
    case StatusCode::kFenced:
    case StatusCode::kUnavailable:
      return "ServiceUnavailableException";
    case StatusCode::kUnauthenticated:
      return "NotAuthorizedException";
    case StatusCode::kPermissionDenied:
      return "ForbiddenException";
    case StatusCode::kUnsupported:
      return "UnsupportedOperationException";
    case StatusCode::kFailedPrecondition:
      return "UnprocessableEntityException";
    default:
      return "ServiceFailureException";
  }
}

}  // namespace lifeboat::catalog
