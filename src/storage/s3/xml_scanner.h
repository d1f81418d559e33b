// XmlScanner: the few shapes of XML that S3 answers with, read without a document model. Elements only:
// attributes, comments, processing instructions and CDATA markers are passed over; namespaces prefixes are
// kept as written.
//
//   XmlScanner scanner(body);
//   while (scanner.Next()) if (scanner.Is("ListBucketResult/Contents/Key")) Use(scanner.text());
#ifndef LIFEBOAT_STORAGE_S3_XML_SCANNER_H_
#define LIFEBOAT_STORAGE_S3_XML_SCANNER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lifeboat::storage::s3 {

class XmlScanner {
 public:
  explicit XmlScanner(std::string_view document) : rest_(document) {}

  // Moves to the next element that ends; false at the end of the document or where it is malformed.
  bool Next();
  // True if the element that just ended is at this path from the root.
  bool Is(std::string_view path) const { return path_ == path; }
  const std::string& path() const { return path_; }
  // Its text directly inside, entities decoded.
  const std::string& text() const { return text_; }
  // After Next() returned false: the document ended where it should.
  bool complete() const { return complete_; }

 private:
  struct Open {
    std::string_view name;
    std::string text;
  };
  bool Fail();
  bool EndElement(std::string_view name);

  std::string_view rest_;
  std::vector<Open> open_;
  std::string path_;
  std::string text_;
  bool seen_root_ = false;
  bool complete_ = false;
};

// The text of the first element at `path`.
std::optional<std::string> XmlText(std::string_view document, std::string_view path);
// "<" → "&lt;" and so on.
std::string XmlEscape(std::string_view text);

}  // namespace lifeboat::storage::s3

#endif  // LIFEBOAT_STORAGE_S3_XML_SCANNER_H_
