-- Prints what wrk measured as one JSON object. wrk counts answers of 400 and above as errors.
function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"per_second":%.1f,"p50_ms":%.3f,"p99_ms":%.3f,"max_ms":%.3f,"bytes_per_second":%.0f,"refused":%d,"broken":%d}\n',
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    latency.max / 1000, summary.bytes / (summary.duration / 1e6), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
