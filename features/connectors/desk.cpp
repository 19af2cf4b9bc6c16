#include "features/connectors/desk.hpp"

#include <algorithm>
#include <thread>

#include "features/hubs/hub_store.hpp"
#include "features/partners/partner_rules.hpp"
#include "features/partners/partner_store.hpp"
#include "features/recipients/recipient_seal.hpp"
#include "features/recipients/recipient_store.hpp"

namespace lastmile {
namespace {

std::string_view view(const store::Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
store::Bytes bytes(std::string_view text) { return {text.begin(), text.end()}; }

connectors::PostalAddress postal(const Address& address) {
    connectors::PostalAddress made;
    const auto copy = [](const auto& text) { return text ? std::optional<std::string>(*text) : std::nullopt; };
    made.line1 = copy(address.line1), made.line2 = copy(address.line2), made.city = copy(address.city);
    made.postal_code = copy(address.postal_code), made.country = copy(address.country);
    if (address.text) made.text = *address.text;
    for (const auto& part : {made.line1, made.line2, made.postal_code, made.city, made.country})
        if (!address.text && part) made.text += (made.text.empty() ? "" : ", ") + *part;
    return made;
}

connectors::Person person(const std::optional<Contact>& contact) {
    connectors::Person made;
    if (!contact) return made;
    if (contact->name) made.name = *contact->name;
    if (contact->phone) made.phone = *contact->phone;
    if (contact->email) made.email = *contact->email;
    return made;
}

std::optional<connectors::Visit> hub_visit(store::Read& read, Id<Hub> id) {
    const auto hub = find_hub(read, id);
    if (!hub) return std::nullopt;
    connectors::Visit visit;
    visit.address = postal(hub->address), visit.contact.company = std::string(hub->name);
    if (hub->address.location) visit.lat = hub->address.location->lat, visit.lon = hub->address.location->lon;
    return visit;
}

}  // namespace

std::string breaker_key(Partition partition, Id<Partner> partner) { return std::to_string(partition.number) + "/" + partner.text(); }

bool Breakers::closed(const std::string& key, Instant now) {
    const std::lock_guard lock(mutex_);
    auto& state = states_[key];
    if (!state.open_until) return true;
    if (now < *state.open_until) return false;
    state.open_until = now + std::chrono::seconds(5);  // this call tries; others wait for what comes of it
    return true;
}
void Breakers::succeeded(const std::string& key) {
    const std::lock_guard lock(mutex_);
    states_.erase(key);
}
void Breakers::failed(const std::string& key, Instant now, const BreakerPolicy& policy) {
    const std::lock_guard lock(mutex_);
    auto& state = states_[key];
    std::erase_if(state.failures, [&](Instant at) { return now - at > std::chrono::seconds(policy.window_s.value); });
    state.failures.push_back(now);
    if (state.open_until || static_cast<std::int64_t>(state.failures.size()) >= policy.failures.value)
        state.open_until = now + std::chrono::seconds(policy.open_s.value);
}

ConnectorDesk::ConnectorDesk(store::Store& store, const crypto::Keyring& keys, const Vault& vault, const Dispatch& dispatch, Random& random,
                             std::vector<std::string> networks, std::string public_url)
    : store_(store), sealer_(keys, "partner-credentials"), vault_(vault), dispatch_(dispatch), random_(random), networks_(std::move(networks)),
      public_url_(std::move(public_url)) {}

void ConnectorDesk::add_kinds(ConnectorKinds& kinds) const {
    for (const auto& name : catalog_.names()) {
        const auto* connector = catalog_.find(name);
        kinds.add({name, false, true, [connector](const Document& config) { return connector->check_config(config.value.as_object()); }});
    }
}

boost::json::object ConnectorDesk::credentials_of(store::Read& read, Id<Partner> partner, std::string& callback_secret) const {
    const auto rows = read.query("select sealed, callback_secret from partner_credentials where partition = $1 and partner_id = $2", {partner});
    if (rows.empty()) return {};
    const auto open = [&](const store::Bytes& sealed) { return sealer_.open(view(sealed), partner.text()); };
    const auto plain = open(rows[0][0].bytes()), secret = open(rows[0][1].bytes());
    if (secret) callback_secret = *secret;
    if (!plain) return {};
    return schema::parse_json(*plain).value().as_object();
}

store::Bytes ConnectorDesk::seal_text(Id<Partner> partner, std::string_view text) { return bytes(sealer_.seal(text, partner.text(), random_)); }
store::Bytes ConnectorDesk::seal_credentials(Id<Partner> partner, const boost::json::object& credentials) {
    return seal_text(partner, schema::to_text(credentials));
}

std::string ConnectorDesk::callback_url(Id<Partner> partner, std::string_view secret) const {
    return public_url_ + "/v1/lastmile/connectors/" + partner.text() + "/callbacks/" + std::string(secret);
}

std::optional<Seat> ConnectorDesk::seat(store::Read& read, const Partner& partner) const {
    const auto* connector = catalog_.find(std::string(partner.connector));
    if (!connector) return std::nullopt;
    Seat seat{partner, connector, {}, {}};
    std::string callback_secret;
    seat.context.config = partner.config.value.as_object();
    seat.context.credentials = credentials_of(read, partner.id, callback_secret);
    seat.context.partner_key = breaker_key(read.partition(), partner.id);
    if (!callback_secret.empty() && !public_url_.empty()) seat.context.callback_url = callback_url(partner.id, callback_secret);
    seat.context.now = read.now();
    seat.context.tokens = &tokens_, seat.context.random = &random_;
    for (const auto& [name, secret] : seat.context.credentials)
        if (secret.is_string()) seat.secrets.emplace_back(secret.get_string());
    if (!callback_secret.empty()) seat.secrets.push_back(callback_secret);
    return seat;
}

void ConnectorDesk::ask(Seat& seat, std::string_view operation, const connectors::Handle* handle, std::vector<connectors::Exchange>& kept,
                        const std::function<void(const connectors::Context&)>& ask) {
    connectors::HttpWire outside(client_, networks_);
    const auto inside = seat.connector->own_wire(seat.context, handle);
    connectors::RecordingWire recording(inside ? *inside : outside, seat.secrets);
    recording.operation = operation;
    seat.context.wire = &recording;
    ask(seat.context);
    seat.context.wire = nullptr;
    for (auto& exchange : recording.take()) kept.push_back(std::move(exchange));
}

std::optional<connectors::Job> ConnectorDesk::job_of(store::Read& read, const DeliveryRow& row, const Id<Booking>& booking, Id<Leg> leg_id) const {
    const auto people = personal_data(read, vault_, row.recipient_id);
    if (!people) return std::nullopt;
    connectors::Job job;
    job.reference = booking.text(), job.short_reference = job.reference.substr(job.reference.size() - 10);
    job.delivery_id = row.id.text(), job.tracking_number = row.tracking_number, job.order_id = row.order_id;
    job.service_level = schema::wire_name(row.service_level);
    if (!row.record.vehicle_types.empty()) job.vehicle_type = schema::wire_name(row.record.vehicle_types.front());
    if (row.pickup_hub_id)
        if (auto hub = hub_visit(read, *row.pickup_hub_id)) job.pickup = std::move(*hub);
    if (people->pickup_address) job.pickup.address = postal(*people->pickup_address);
    if (row.dropoff_hub_id)
        if (auto hub = hub_visit(read, *row.dropoff_hub_id)) job.dropoff = std::move(*hub);
    if (people->dropoff_address) job.dropoff.address = postal(*people->dropoff_address);
    if (row.pickup_lat) job.pickup.lat = row.pickup_lat, job.pickup.lon = row.pickup_lon;
    if (row.dropoff_lat) job.dropoff.lat = row.dropoff_lat, job.dropoff.lon = row.dropoff_lon;
    if (people->pickup_contact) job.pickup.contact = person(people->pickup_contact);
    if (people->recipient) job.dropoff.contact = person(people->recipient);
    if (people->pickup_instructions) job.pickup.instructions = *people->pickup_instructions;
    if (people->dropoff_instructions) job.dropoff.instructions = *people->dropoff_instructions;
    // Of a way over a hub only this leg, and only what goes over it.
    const auto* leg = row.lifecycle.leg(leg_id);
    if (leg) {
        const auto at_hub = [&](const Place& place, const std::optional<Id<Hub>>& usual, connectors::Visit& visit) {
            if (place.kind != PlaceKind::hub || usual == place.hub_id) return;
            if (auto hub = hub_visit(read, place.hub_id)) visit = std::move(*hub);
        };
        at_hub(leg->from, row.pickup_hub_id, job.pickup), at_hub(leg->to, row.dropoff_hub_id, job.dropoff);
    }
    job.pickup.from = row.pickup_from, job.pickup.to = row.pickup_to, job.dropoff.from = row.dropoff_from, job.dropoff.to = row.dropoff_to;
    for (const auto& package : row.record.packages) {
        const auto* going = leg ? leg->item(package.id) : nullptr;
        if (leg && !(going && going->live())) continue;
        connectors::Item item;
        if (package.description) item.name = *package.description;
        item.weight_g = package.weight.value, item.volume_cm3 = package.volume.value;
        if (package.dimensions)
            item.length_mm = package.dimensions->length.value, item.width_mm = package.dimensions->width.value, item.height_mm = package.dimensions->height.value;
        if (package.barcode) item.barcode = *package.barcode;
        if (package.temperature) item.temperature = schema::wire_name(*package.temperature);
        job.weight_g += item.weight_g, job.volume_cm3 += item.volume_cm3;
        job.items.push_back(std::move(item));
    }
    if (row.record.proof)
        for (const auto kind : row.record.proof->dropoff) {
            job.proofs.signature |= kind == ProofKind::signature, job.proofs.photo |= kind == ProofKind::photo, job.proofs.pin |= kind == ProofKind::pin;
            job.proofs.barcode |= kind == ProofKind::barcode, job.proofs.id_check |= kind == ProofKind::id_check;
        }
    job.ready_at = std::max(read.now().business, row.pickup_from.value_or(read.now().business));
    job.deadline = row.dropoff_to;
    job.scheduled = job.ready_at > read.now().business + std::chrono::hours(1);
    return job;
}

void ConnectorDesk::keep(store::Tx& tx, const DeliveryRow& row, std::optional<Id<Booking>> booking, Id<Partner> partner,
                         const std::vector<connectors::Exchange>& exchanges) const {
    for (const auto& exchange : exchanges) {
        boost::json::object whole;
        const auto headers = [](const http::Headers& list) {
            boost::json::array made;
            for (const auto& [name, value] : list) made.push_back({{"name", name}, {"value", value}});
            return made;
        };
        whole["request"] = {{"method", exchange.request.method}, {"url", exchange.request.url},
                            {"headers", headers(exchange.request.headers)}, {"body", exchange.request.body}};
        whole["answer"] = {{"status", exchange.answer.status}, {"fault", http::fault_name(exchange.answer.fault)}, {"detail", exchange.answer.detail},
                           {"headers", headers(exchange.answer.headers)}, {"body", exchange.answer.body}};
        const auto sealed = seal_for(tx, vault_, row.recipient_id, schema::to_text(whole));
        if (!sealed) return;  // erased: nothing more is kept of it
        tx.bookkeeping().write(1,
                               "insert into partner_payloads (partition, id, delivery_id, booking_id, partner_id, at, operation, status, took_ms, sealed) "
                               "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                               {tx.new_id<Booking>(), row.id, booking ? store::Value(*booking) : store::Value(), partner, tx.now().machine, exchange.operation,
                                std::int64_t{exchange.answer.status}, std::int64_t{exchange.took.count()}, *sealed});
    }
}

}  // namespace lastmile
