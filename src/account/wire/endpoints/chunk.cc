#include "account/wire/endpoints/endpoint.h"

namespace lifeboat::account::wire {

// The id in the URL is the right to read, as with a pre-signed object-store URL: drivers send no token here.
void DownloadChunk(WireContext& context, Call call) {
  const QueryRegistry::ChunkView view = context.queries.FindChunk(call.path.at(2));
  if (view.chunk == nullptr) {
    return call.responder.Send(
        net::HttpResponse::Text(404, "No such chunk: its result is not kept any more.\n"));
  }
  net::HttpResponse response;
  response.body = view.chunk->gzip;
  // Not a JSON type: the node driver would wait for ever.
  response.headers.Set("Content-Type", "binary/octet-stream");
  response.headers.Set("Content-Encoding", "gzip");
  call.responder.Send(std::move(response));
}

}  // namespace lifeboat::account::wire
