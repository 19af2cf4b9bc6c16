#include "platform/events/chain.hpp"

#include "platform/events/log_store.hpp"

namespace lastmile::events {
namespace {

/// Length first, so that no two contents have the same bytes.
void put(std::string& bytes, std::string_view text) {
    for (int i = 7; i >= 0; --i) bytes += static_cast<char>(text.size() >> (8 * i));
    bytes += text;
}
void put(std::string& bytes, std::int64_t number) {
    for (int i = 7; i >= 0; --i) bytes += static_cast<char>(number >> (8 * i));
}
void put(std::string& bytes, const std::optional<std::string>& text) {
    bytes += text ? '\1' : '\0';
    if (text) put(bytes, std::string_view(*text));
}

}  // namespace

crypto::Digest content_hash(const Event& event, std::string_view data) {
    std::string bytes;
    bytes.reserve(512 + data.size());
    put(bytes, std::string_view("lastmile event 1"));
    put(bytes, event.partition.number);
    bytes.append(event.id.bytes.begin(), event.id.bytes.end());
    for (const std::string_view text :
         {std::string_view(event.type), std::string_view(event.aggregate), std::string_view(event.aggregate_id)})
        put(bytes, text);
    put(bytes, event.version);
    for (const auto* reference : {&event.delivery_id, &event.assignment_id, &event.driver_id}) put(bytes, *reference);
    for (const auto* text :
         {&event.actor.kind, &event.actor.id, &event.actor.on_behalf, &event.source, &event.request_id, &event.traceparent})
        put(bytes, std::string_view(*text));
    put(bytes, to_unix_ms(event.timestamp));
    put(bytes, to_unix_ms(event.recorded_at));
    put(bytes, data);
    return crypto::sha256(bytes);
}

store::Bytes first_link() { return store::Bytes(32, 0); }

store::Bytes next_link(const store::Bytes& previous, std::int64_t sequence, const store::Bytes& content) {
    std::string bytes(previous.begin(), previous.end());
    put(bytes, sequence);
    bytes.append(content.begin(), content.end());
    const auto link = crypto::sha256(bytes);
    return {link.begin(), link.end()};
}

Verdict verify_chain(store::Read& read, std::int64_t from, store::Bytes link) {
    Verdict verdict{.link = std::move(link)};
    const auto broken = [&](std::int64_t at, std::string why) {
        verdict.broken_at = at;
        verdict.why = std::move(why);
        return verdict;
    };
    std::int64_t last = from;
    for (;;) {
        const auto batch = read_chain(read, last, 1000);
        for (const auto& [event, data, stored] : batch) {
            if (event.sequence != last + 1) return broken(last + 1, "the sequence has a gap");
            const auto content = content_hash(event, data);
            auto expected = next_link(verdict.link, event.sequence, {content.begin(), content.end()});
            if (expected != stored) return broken(event.sequence, "the link does not follow from the event and the link before");
            verdict.link = std::move(expected);
            last = event.sequence;
            ++verdict.checked;
        }
        if (batch.size() < 1000) break;
    }
    const auto head = read.query("select sequence, link from log_heads where partition = $1");
    const auto sequence = head.empty() ? 0 : head[0][0].integer();
    if (sequence != last) return broken(last + 1, "the head names another sequence: events are missing at the end");
    if (!head.empty() && head[0][1].bytes() != verdict.link) return broken(last, "the head names another link");
    return verdict;
}

}  // namespace lastmile::events
