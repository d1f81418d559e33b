#include "lifeboat/transfer/transfer_catalog.h"

#include <utility>

namespace lifeboat::app {

Result<ImageCounts> ExportCatalog(catalog::CatalogStore& store, const std::string& file,
                                  ImageProgress progress) {
  LIFEBOAT_ASSIGN_OR_RETURN(const auto writer, ImageFileWriter::Create(file, std::move(progress)));
  LIFEBOAT_RETURN_IF_ERROR(store.ReadImage(*writer));
  return writer->Finish();
}

Result<ImageCounts> ImportCatalog(catalog::CatalogStore& store, const std::string& file,
                                  ImageProgress progress) {
  // Before the file is read for its checksum: it may be large.
  LIFEBOAT_ASSIGN_OR_RETURN(const catalog::StoreState state, store.State());
  LIFEBOAT_RETURN_IF_ERROR(catalog::CheckStoreIsEmpty(state));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto reader, ImageFileReader::Open(file, std::move(progress)));
  LIFEBOAT_RETURN_IF_ERROR(store.WriteImage(*reader));
  return reader->counts();
}

}  // namespace lifeboat::app
