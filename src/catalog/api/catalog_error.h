// The errors of catalogs, each a Status with the error type of the REST protocol attached.
//
// One Status code may stand for several protocol errors (kNotFound: a namespace, a table), so whoever finds
// the error also names it: the store and the server through the functions below, the client from the answer
// it got. Messages are worded as Iceberg's own catalogs word them, because tools and tests match on them.
// Source: Iceberg REST specification, "ErrorModel".
#ifndef LIFEBOAT_CATALOG_API_CATALOG_ERROR_H_
#define LIFEBOAT_CATALOG_API_CATALOG_ERROR_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "catalog/api/change_log.h"
#include "catalog/api/identifier.h"

namespace lifeboat::catalog {

class CatalogErrorDetail : public StatusDetail {
 public:
  explicit CatalogErrorDetail(std::string error_type) : error_type_(std::move(error_type)) {}
  const std::string& error_type() const { return error_type_; }  // "NoSuchTableException"

 private:
  std::string error_type_;
};

// `code` and `message` with the protocol's error type attached.
Status CatalogError(StatusCode code, std::string_view error_type, std::string message);

Status NoSuchWarehouse(std::string_view warehouse);          // kNotFound
Status NoSuchNamespace(const Namespace& name_space);         // kNotFound
Status NoSuchTable(const TableIdentifier& identifier);       // kNotFound
Status NoSuchView(const TableIdentifier& identifier);        // kNotFound
Status NoSuchFunction(const TableIdentifier& identifier);    // kNotFound
Status NamespaceAlreadyExists(const Namespace& name_space);  // kAlreadyExists
// A `wanted` (table or view) cannot be made, because a `holder` has its name: kAlreadyExists.
Status NameIsTaken(const TableIdentifier& identifier, ObjectKind wanted, ObjectKind holder);
// As NameIsTaken, for the new name in a rename.
Status RenameTargetIsTaken(const TableIdentifier& from, const TableIdentifier& to, ObjectKind holder);
// The files of `identifier` cannot lie at `place`, because it overlaps a place of another table or view:
// kInvalidArgument. `holder` is named if the caller may know it, and left out (null) otherwise.
Status PlaceIsTaken(const TableIdentifier& identifier, std::string_view place, const TableIdentifier* holder);
Status NamespaceNotEmpty(const Namespace& name_space);  // kFailedPrecondition
Status NoSuchRecord(std::string_view key);              // kNotFound
Status RecordChanged(std::string_view key);             // kConflict
Status CommitFailed(std::string message);               // kConflict
// kNotFound: retention removed the change-log entry that follows `after`.
Status ChangesTrimmed(uint64_t after, uint64_t first_position);
// What a well-formed request asks for does not fit its table or view: a kInvalidArgument `reason` with the
// type "IllegalArgumentException", which Java clients raise again as such, message unchanged. Any other
// reason stays as it is.
Status InvalidUpdate(const Status& reason);

// The protocol's error type for any Status: the attached one, else the usual one of its code.
std::string ErrorTypeOf(const Status& status);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_API_CATALOG_ERROR_H_
