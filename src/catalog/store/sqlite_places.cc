#include "catalog/store/sqlite_places.h"

#include "catalog/api/table_places.h"

namespace lifeboat::catalog {

Result<std::optional<TableIdentifier>> SqlitePlaces::Take(SqliteRun& run, const std::string& path,
                                                          const std::string& name) {
  LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Bind(1, path).Bind(2, name).Step());
  if (!found) return std::optional<TableIdentifier>();
  return std::optional(TableIdentifier{DecodeNamespace(run.Text(0)), std::string(run.Text(1))});
}

Result<std::optional<PlaceHolder>> SqlitePlaces::FindHolder(const std::vector<std::string>& places,
                                                            const TableIdentifier& except) {
  const std::string path = EncodeNamespace(except.name_space);
  std::optional<TableIdentifier> holder;
  for (const std::string& place : places) {
    for (const std::string_view above : PlacesAtOrAbove(place)) {
      SqliteRun run(database_, find_at_);
      run.Bind(3, above);
      LIFEBOAT_ASSIGN_OR_RETURN(holder, Take(run, path, except.name));
      if (holder) return std::optional(PlaceHolder{*std::move(holder), place});
    }
    const std::string end = EndOfPlacesBelow(place);
    SqliteRun run(database_, find_below_);
    run.Bind(3, place).Bind(4, end);
    LIFEBOAT_ASSIGN_OR_RETURN(holder, Take(run, path, except.name));
    if (holder) return std::optional(PlaceHolder{*std::move(holder), place});
  }
  return std::optional<PlaceHolder>();
}

Status SqlitePlaces::Add(const TableIdentifier& identifier, const std::vector<std::string>& places) {
  const std::string path = EncodeNamespace(identifier.name_space);
  for (const std::string& place : places) {
    SqliteRun run(database_, insert_);
    LIFEBOAT_RETURN_IF_ERROR(run.Bind(1, place).Bind(2, path).Bind(3, identifier.name).Run());
  }
  return Status::Ok();
}

Status SqlitePlaces::Remove(const TableIdentifier& identifier) {
  const std::string path = EncodeNamespace(identifier.name_space);
  SqliteRun run(database_, delete_);
  return run.Bind(1, path).Bind(2, identifier.name).Run();
}

Status SqlitePlaces::Rename(const TableIdentifier& from, const TableIdentifier& to) {
  const std::string path = EncodeNamespace(from.name_space);
  const std::string new_path = EncodeNamespace(to.name_space);
  SqliteRun run(database_, rename_);
  return run.Bind(1, path).Bind(2, from.name).Bind(3, new_path).Bind(4, to.name).Run();
}

}  // namespace lifeboat::catalog
