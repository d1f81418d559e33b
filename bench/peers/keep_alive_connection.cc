#include "bench/peers/keep_alive_connection.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "net/http.h"

namespace lifeboat::bench {
namespace {

Status Broken(std::string message) {
  return Status(StatusCode::kCommitStateUnknown, std::move(message));
}

// The value of a header line of that name, or "" for another line.
std::string_view HeaderValue(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || line[name.size()] != ':') return "";
  if (!net::EqualsIgnoringCase(line.substr(0, name.size()), name)) return "";
  line.remove_prefix(name.size() + 1);
  while (line.starts_with(' ')) line.remove_prefix(1);
  return line;
}

}  // namespace

Status KeepAliveConnection::Connect() {
  if (socket_ >= 0) return Status::Ok();
  buffer_.clear();
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  if (inet_pton(AF_INET, host_.c_str(), &address.sin_addr) != 1) {
    return Status::InvalidArgument("'{}' is not an IPv4 address", host_);
  }
  if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    const int error = errno;
    Close();
    return Status::Unavailable("cannot connect to {}:{}: {}", host_, port_, std::strerror(error));
  }
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return Status::Ok();
}

Status KeepAliveConnection::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return Broken("the connection broke while the request was sent");
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return Status::Ok();
}

Status KeepAliveConnection::ReadMore() {
  char bytes[64 * 1024];
  const ssize_t count = recv(socket_, bytes, sizeof(bytes), 0);
  if (count <= 0) return Broken("the connection ended before the answer was whole");
  buffer_.append(bytes, static_cast<size_t>(count));
  return Status::Ok();
}

Result<std::string> KeepAliveConnection::TakeLine() {
  size_t end;
  while ((end = buffer_.find("\r\n")) == std::string::npos) LIFEBOAT_RETURN_IF_ERROR(ReadMore());
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

Status KeepAliveConnection::TakeBytes(uint64_t count, std::string& out) {
  while (buffer_.size() < count) LIFEBOAT_RETURN_IF_ERROR(ReadMore());
  out.append(buffer_, 0, count);
  buffer_.erase(0, count);
  return Status::Ok();
}

Status KeepAliveConnection::TakeChunks(std::string& out) {
  while (true) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string line, TakeLine());
    uint64_t size = 0;
    if (std::from_chars(line.data(), line.data() + line.size(), size, 16).ec != std::errc()) {
      return Broken(fmt::format("'{}' is no size of a chunk", line));
    }
    LIFEBOAT_RETURN_IF_ERROR(TakeBytes(size, out));
    LIFEBOAT_RETURN_IF_ERROR(TakeLine().status());
    if (size == 0) return Status::Ok();
  }
}

void KeepAliveConnection::Close() {
  if (socket_ >= 0) close(socket_);
  socket_ = -1;
}

Result<Answer> KeepAliveConnection::Exchange(std::string_view method, std::string_view target,
                                             std::string_view body) {
  LIFEBOAT_RETURN_IF_ERROR(Connect());
  request_.clear();
  request_.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: ").append(host_);
  if (!body.empty()) {
    request_.append("\r\nContent-Type: application/json\r\nContent-Length: ")
        .append(std::to_string(body.size()));
  }
  request_.append("\r\n\r\n").append(body);
  LIFEBOAT_RETURN_IF_ERROR(Write(request_));

  Answer answer;
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string status_line, TakeLine());
  const size_t space = status_line.find(' ');
  if (space == std::string::npos ||
      std::from_chars(status_line.data() + space + 1, status_line.data() + status_line.size(), answer.status)
              .ec != std::errc()) {
    return Broken(fmt::format("'{}' is no status line", status_line));
  }
  uint64_t length = 0;
  bool chunked = false;
  bool closing = false;
  while (true) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string line, TakeLine());
    if (line.empty()) break;
    if (const auto value = HeaderValue(line, "content-length"); !value.empty()) {
      std::from_chars(value.data(), value.data() + value.size(), length);
    }
    if (net::EqualsIgnoringCase(HeaderValue(line, "transfer-encoding"), "chunked")) chunked = true;
    if (net::EqualsIgnoringCase(HeaderValue(line, "connection"), "close")) closing = true;
  }
  LIFEBOAT_RETURN_IF_ERROR(chunked ? TakeChunks(answer.body) : TakeBytes(length, answer.body));
  if (closing) Close();
  return answer;
}

}  // namespace lifeboat::bench
