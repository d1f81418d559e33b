// A row of a catalog image as one line of JSON: {"row":"table","namespace":["a"],"name":"t",…}.
#ifndef LIFEBOAT_TRANSFER_IMAGE_LINE_H_
#define LIFEBOAT_TRANSFER_IMAGE_LINE_H_

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalog/store/store_image.h"

namespace lifeboat::app {

// Without the line's end.
std::string ImageRowToLine(const catalog::ImageRow& row);
// `line` as parsed; kCorruption naming the member for anything ImageRowToLine does not write.
Result<catalog::ImageRow> ImageRowFromLine(const boost::json::value& line);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_TRANSFER_IMAGE_LINE_H_
