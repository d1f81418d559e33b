#include "net/http.h"

#include <gtest/gtest.h>

#include "net/response_head.h"

namespace lifeboat::net {
namespace {

TEST(Headers, AreFoundWithoutRegardToCase) {
  Headers headers;
  headers.Add("Content-Type", "a");
  headers.Add("X-Many", "1");
  headers.Add("x-many", "2");
  EXPECT_EQ(headers.Get("content-type"), "a");
  EXPECT_EQ(headers.Get("X-MANY"), "1");
  EXPECT_FALSE(headers.Has("content"));
  headers.Set("x-MANY", "3");
  EXPECT_EQ(headers.fields().size(), 2u);
  EXPECT_EQ(headers.Get("x-many"), "3");
  headers.Remove("CONTENT-TYPE");
  EXPECT_EQ(headers.Get("Content-Type"), "");
}

TEST(Headers, TokensOfLists) {
  Headers headers;
  headers.Add("Connection", "keep-alive, X-Private ,");
  headers.Add("Connection", "Upgrade");
  EXPECT_TRUE(headers.HasToken("connection", "Keep-Alive"));
  EXPECT_TRUE(headers.HasToken("connection", "x-private"));
  EXPECT_TRUE(headers.HasToken("connection", "upgrade"));
  EXPECT_FALSE(headers.HasToken("connection", "keep"));
}

TEST(HttpRequest, PathAndQuery) {
  HttpRequest request;
  request.target = "/v1/a%2Fb?requestId=1%202&flag&x=a+b%2B&empty=";
  EXPECT_EQ(request.Path(), "/v1/a%2Fb");
  EXPECT_EQ(request.QueryParameter("requestId"), "1 2");
  EXPECT_EQ(request.QueryParameter("x"), "a b+");
  EXPECT_TRUE(request.HasQueryParameter("flag"));
  EXPECT_TRUE(request.HasQueryParameter("empty"));
  EXPECT_FALSE(request.HasQueryParameter("request"));
  EXPECT_EQ(request.QueryParameter("missing"), "");
  request.target = "/plain";
  EXPECT_EQ(request.Query(), "");
  EXPECT_FALSE(request.HasQueryParameter(""));
}

TEST(Percent, DecodesAndEncodes) {
  EXPECT_EQ(PercentDecode("%41b%zz%4"), "Ab%zz%4");
  EXPECT_EQ(PercentDecode("a+b"), "a+b");
  EXPECT_EQ(PercentEncode("a/b ä~"), "a%2Fb%20%C3%A4~");
  EXPECT_EQ(PercentDecode(PercentEncode("\x01\xff%?&=")), "\x01\xff%?&=");
}

TEST(PathSegments, AreDecodedAndNeverEmpty) {
  EXPECT_EQ(PathSegments("/v1//a%2Fb/c/"), (std::vector<std::string>{"v1", "a/b", "c"}));
  EXPECT_TRUE(PathSegments("/").empty());
}

TEST(ResponseHead, FramesTheMessageItself) {
  HttpResponse response = HttpResponse::Text(200, "hello");
  response.headers.Add("Transfer-Encoding", "chunked");
  response.headers.Add("content-length", "999");
  response.headers.Add("Connection", "upgrade");
  EXPECT_EQ(
      ResponseHead(response, {.date = "now"}),
      "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\n");
}

TEST(ResponseHead, DropsFieldsThatWouldSplitTheResponse) {
  HttpResponse response;
  response.headers.Add("X-Evil", "a\r\nSet-Cookie: b");
  response.headers.Add("X: Y", "a");
  EXPECT_EQ(ResponseHead(response, {.date = "now"}),
            "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 0\r\n\r\n");
}

TEST(ResponseHead, BodilessAnswers) {
  HttpResponse response;
  response.status = 204;
  EXPECT_EQ(ResponseHead(response, {.date = "now", .keep_alive = false}),
            "HTTP/1.1 204 No Content\r\nDate: now\r\nConnection: close\r\n\r\n");
  response.status = 200;
  response.headers.Add("Content-Length", "123");
  EXPECT_EQ(ResponseHead(response, {.date = "now", .http_1_0 = true, .answers_head = true}),
            "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 123\r\nConnection: keep-alive\r\n\r\n");
}

TEST(HttpDate, IsInTheFixedFormat) {
  EXPECT_EQ(HttpDate(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(HttpDate(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace lifeboat::net
