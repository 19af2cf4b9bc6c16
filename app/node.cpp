#include "app/node.hpp"

#include <filesystem>
#include <map>
#include <optional>

#include "app/admin_socket.hpp"
#include "app/audit_chain.hpp"
#include "app/city_map.hpp"
#include "app/features.hpp"
#include "app/http_options.hpp"
#include "app/keys.hpp"
#include "app/reference.hpp"
#include "app/probes.hpp"
#include "app/served_roads.hpp"
#include "app/static_files.hpp"
#include "app/storage.hpp"
#include "features/access/authenticator.hpp"
#include "features/assignments/assignment_store.hpp"
#include "features/closures/closure_api.hpp"
#include "features/connectors/plan_offers.hpp"
#include "features/places/place.hpp"
#include "features/dispatch/dispatch.hpp"
#include "features/alerts/alert_api.hpp"
#include "features/drivers/document_api.hpp"
#include "features/eta/eta_desk.hpp"
#include "features/drivers/fleet.hpp"
#include "features/imports/delivery_lines.hpp"
#include "features/planning/reach.hpp"
#include "features/eta_learning/learning.hpp"
#include "features/eta_learning/speed_api.hpp"
#include "features/planning/triggers.hpp"
#include "features/positions/neighbour_places.hpp"
#include "features/positions/position_store.hpp"
#include "features/realtime/streams.hpp"
#include "features/events_feed/event_catalogue.hpp"
#include "features/pods/pod_cut.hpp"
#include "features/recipients/erasure.hpp"
#include "features/files/file_erasing.hpp"
#include "features/recipients/answer_seal.hpp"
#include "features/recipients/vault.hpp"
#include "features/retention/retention.hpp"
#include "features/sandbox/sandbox_api.hpp"
#include "features/slots/reservations.hpp"
#include "features/slots/slot_store.hpp"
#include "features/tracking/link.hpp"
#include "features/webhooks/sender.hpp"
#include "platform/api/pipeline.hpp"
#include "platform/events/log.hpp"
#include "platform/observe/health.hpp"
#include "platform/observe/log.hpp"
#include "platform/work/jobs.hpp"
#include "platform/work/timers.hpp"

namespace lastmile::app {
namespace {

http::Response plain(int status, std::string body) {
    return {status, {{"content-type", "text/plain; charset=utf-8"}, {"cache-control", "no-store"}}, std::move(body)};
}

}  // namespace

/// In the order of opening; members close in reverse.
struct Node::Parts {
    Parts(const Config& config, DataFolder& folder)
        : keys(master_keys(config, folder, random)),
          vault(keys),
          tokens(keys),
          answers(keys, vault),
          pod_sealer(keys),
          webhook_secrets(keys, config.on("dev") ? std::vector<std::string>{"127.0.0.0/8", "::1/128"} : std::vector<std::string>{}),
          store(store::open(store_options(config))),
          desk(*store, keys, vault, dispatch, random, config.on("dev") ? std::vector<std::string>{"127.0.0.0/8", "::1/128"} : std::vector<std::string>{},
               config.text("public_url")),
          sources(import_sources(config, folder.file("spool"), storage_client)),
          delivery_imports(*store, sources, geocoding, vault),
          log(*store),
          timers(*store, log),
          jobs(*store, static_cast<int>(std::max<std::int64_t>(1, config.whole("work.threads")))),
          authenticator(*store, tokens),
          storage(config, folder.file("blobs"), keys, storage_client) {
        if (config.has("map")) map = std::make_unique<CityMap>(config.text("map"), folder.path());
        auto served = choose_geocoder(config, map ? map->shared_geocoder() : nullptr);
        geocoder = std::move(served.geocoder), look_at_geocoder = std::move(served.look);
        geocoding.geocoder = geocoder.get();
        served_roads.emplace(config, map ? map->shared_router() : nullptr);
        fleet.profiles.names = served_roads->profiles();
        learning.emplace(*store, map ? map->shared_router() : nullptr);
        learning->roads.applied = config.on("road.learn_speeds");
        learned_speeds = {&learning->roads, map != nullptr};
        services.put(learned_speeds);
        if (map) {
            closing.roads = &closed_roads.emplace(map->shared_router());
            closed_roads->speeds = [this](store::Read& read) {
                const auto known = learning->roads.now(read);
                return KnownSpeeds{known.speeds, [zone = known.time_zone](Instant at) { return hour_of_week(zone, at); }};
            };
        }
        services.put(closing);
        register_closure_timers(timers);
        learning->register_timer(timers);
        planning = std::make_unique<Planning>(*store, dispatch, fleet.positions, keys, static_cast<int>(std::max<std::int64_t>(1, config.whole("planning.threads"))));
        if (served_roads->any()) {
            const auto own = [this](store::Read& read, Instant now) { return closed_roads ? closed_roads->roads(read, now) : OwnRoads{}; };
            const OwnRoads usual{map ? map->shared_router() : nullptr, {}, false};
            dispatch.roads = (usual_pricer = served_roads->pricer(usual, false, {})).get();
            dispatch.roads_now = [this, own](store::Read& read, Instant now) { return served_roads->pricer(own(read, now), dynamic_cast<store::Tx*>(&read) != nullptr, now); };
            planning->roads = (usual_table = served_roads->table(usual)).get();
            planning->roads_now = [this, own](store::Read& read, Instant now) { return served_roads->table(own(read, now)); };
        }
        planning->partners = &plan_offers;
        planning->put_into(services);
        slot_reach.ask = [this](const ReachQuestion& question) { return planning::reach_of(*planning, question); };
        services.put(slot_reach);
        slots::register_timers(timers);
        delivery_imports.register_timers(timers);
        services.put(sources);
        dispatch.put_into(services);
        dispatch.register_timers(timers);
        register_planning_timer(timers);
        register_alert_timer(timers);
        etas.register_timers(timers);
        fleet.drivers.add(assignments_referring_to);
        fleet.areas.add(slot_templates_referring_to);
        fleet.positions.report = [this](store::Tx& tx, Id<Driver> driver, const Location& location) {
            Ping ping{.location = location, .speed = {}, .heading = {}, .battery_pct = {}};
            if (auto place = keep_pings(tx, driver, {ping})) tx.after_commit([this, partition = tx.partition(), moved = *place] { live_places.moved(partition, moved); });
        };
        fleet.positions.last = [](store::Read& read, Id<Driver> driver) {
            const auto place = place_of(read, driver);
            return place ? std::optional(place->location) : std::nullopt;
        };
        desk.add_kinds(fleet.connectors);
        desk.register_timers(timers);
        desk.put_into(services);
        fleet.put_into(services);
        page_url.base = config.text("public_url");
        services.put(page_url);
        sandbox_reset.before = [this](Partition partition) { streams.close(partition); };
        services.put(sandbox_reset);
        services.put(live_places);
        services.put(streams);
        services.put<blobs::BlobStore>(storage.files());
        services.put(vault);
        services.put(tokens);
        services.put(pod_sealer);
        erasure.add(erase_pod_files);
        services.put(erasure);
        services.put(geocoding);
        services.put(*store);
        services.put(log);
        services.put(timers);
        services.put(jobs);
        services.put(webhook_secrets);
        services.put(health);
        api::Settings settings;
        settings.trusted_proxies = split(config.text("http.trusted_proxies"));
        settings.cors_origins = split(config.text("http.cors_origins"));
        settings.pool_threads = 20;  // plans that are answered at once wait for their turn there
        pipeline = std::make_unique<api::Pipeline>(all_endpoints(),
                                                   api::Seams{*store, authenticator, services, random, observe::metrics(),
                                                              [this](Partition partition, std::int64_t position, std::chrono::milliseconds at_most) {
                                                                  return log.wait_for(partition, position, at_most);
                                                              },
                                                              [this](store::Tx& tx, std::string_view plain) { return answers.seal(tx, plain); },
                                                              [this](store::Read& read, std::string_view sealed) { return answers.open(read, sealed); }},
                                                   settings);
        timers.start();
        jobs.on(file_erasing(storage.files()));
        jobs.on(desk.job_kind());
        jobs.on(delivery_imports.job_kind());
        jobs.on(learning->job());
        jobs.start();
        planning->start();
        log.add(webhook_reader());
        log.add(planning_reader());
        log.add(alert_reader());
        log.add(etas.reader());
        log.add(dispatch.reader());
        etas.start();
        neighbours.start();
        log.add(learning->reader());
        webhook_sender = std::make_unique<WebhookSender>(*store, webhook_secrets, random);
        add_probes();
        probes.start();
        retention.start();
        options = http_options(config);
        options.body_limit = [this](std::string_view method, std::string_view path) {
            return path.starts_with("/v1/lastmile/blobs/") ? storage.max_blob_bytes() : pipeline->body_limit(method, path);
        };
        options.spool = [this](std::string_view method, std::string_view path) { return pipeline->spools(method, path) ? sources.spool_folder : std::string(); };
        options.admit = [this](http::Request head, auto then) { pipeline->admit(std::move(head), std::move(then)); };
        options.refusal = [this](int status, std::string_view detail) { return pipeline->refusal(status, detail); };
        server = std::make_unique<http::Server>(
            options, [this](http::Request request, std::shared_ptr<http::Responder> responder) { answer(std::move(request), std::move(responder)); });
        admin = std::make_unique<AdminSocket>(folder.path(), [this](const boost::json::object& request) { return administer(request); });
        public_url = config.text("public_url");
        observe::add_process_metrics(observe::metrics());
        fill_metrics();
    }

    /// What is outside of the API first, then pages, then the pipeline (which also answers 404).
    void answer(http::Request request, std::shared_ptr<http::Responder> responder) {
        if (request.path == "/livez" || request.path == "/readyz" || request.path == "/metrics") return responder->send(tell(request));
        if (map && map->serves(request)) return responder->send(map->answer(request));
        if (storage.serve(request, responder)) return;
        if (request.path == "/openapi.json") return responder->send(contract.answer(request));
        if (request.path == "/events.schema.json") return responder->send(event_contract.answer(request));
        if (auto page = static_file(request, storage.origin())) return responder->send(std::move(*page));
        pipeline->handle(std::move(request), std::move(responder));
    }

    /// What machines ask about the process.
    http::Response tell(const http::Request& request) {
        if (request.method != "GET" && request.method != "HEAD") return {405, {{"Allow", "GET, HEAD"}}, ""};
        if (request.path == "/metrics") return {200, {{"content-type", "text/plain; version=0.0.4; charset=utf-8"}}, observe::metrics().text()};
        if (request.path == "/livez") return plain(200, "alive\n");
        return draining ? plain(503, "draining\n") : health.ready() ? plain(200, "ready\n") : plain(503, "not ready\n");
    }

    boost::json::object administer(const boost::json::object& request) {
        const std::string verb(request.at("verb").as_string());
        if (verb == "ping") return {};
        if (verb == "keys.create") return create_key_by_admin(*store, request);
        if (verb == "audit.verify") return verify_audit(*store, keys, std::string(request.at("tenant").as_string()));
        throw std::runtime_error("the running server does not know \"" + verb + "\"; is it of another version?");
    }

    void add_probes() {
        using observe::Condition;
        probes.add("store", true, [this] {
            store->look({}, [](store::Read&) {});
            return Finding{Condition::ok, std::string(store->dialect())};
        });
        // Told to /metrics from here: a scrape must not wait for the store. A reader that has caught up is in no lag and yet shown, with 0.
        probes.add("log", false, [this, by_reader = std::map<std::string, double>{{webhook_reader().name, 0}}]() mutable {
            std::int64_t behind = 0;
            std::string failing;
            for (auto& [reader, count] : by_reader) count = 0;
            for (const auto& lag : log.lag()) {
                behind += lag.behind;
                by_reader[lag.reader] += static_cast<double>(lag.behind);
                if (lag.failures > 0) failing = lag.reader + " fails: " + lag.last_error;
            }
            for (const auto& [reader, count] : by_reader)
                observe::metrics().gauge("lastmile_log_reader_behind", "Events that a reader of the log has not read.", {{"reader", reader}}).set(count);
            const auto detail = std::to_string(behind) + " events are unread" + (failing.empty() ? "" : "; " + failing);
            return Finding{failing.empty() ? Condition::ok : Condition::degraded, detail};
        });
        probes.add("webhooks", false, [this] {
            const auto n = webhook_sender->numbers();
            const auto detail = std::to_string(n.in_flight) + " in flight, " + std::to_string(n.sent) + " sent, " + std::to_string(n.failed) + " failed" +
                                (n.last_error.empty() ? "" : "; last failure: " + n.last_error);
            return Finding{Condition::ok, detail};
        });
        probes.add("retention", false, [this] { return Finding{Condition::ok, retention.last()}; });
        probes.add("map", false, [this] { return Finding{Condition::ok, map ? "loaded, with its router" : "none is configured"}; });
        probes.add("roads", false, [this] { return served_roads->look(); });
        probes.add("geocoder", false, [this] { return look_at_geocoder(); });
    }

    void fill_metrics() {
        observe::metrics().before_scrape([this] {
            auto& m = observe::metrics();
            const auto n = server->numbers();
            const auto gauge = [&](const char* name, const char* help, double value) { m.gauge(name, help).set(value); };
            gauge("lastmile_http_connections", "open connections", static_cast<double>(n.open));
            gauge("lastmile_http_streams", "open event streams", static_cast<double>(n.streams_open));
            gauge("lastmile_http_websockets", "open WebSockets", static_cast<double>(n.websockets_open));
            gauge("lastmile_http_timed_out_total", "requests that did not arrive in time", static_cast<double>(n.timed_out));
            gauge("lastmile_http_malformed_total", "requests that were no HTTP/1.1", static_cast<double>(n.malformed));
            const auto sender = webhook_sender->numbers();
            gauge("lastmile_webhooks_in_flight", "webhook tries being sent", sender.in_flight);
            gauge("lastmile_webhooks_sent_total", "webhook tries that were taken", static_cast<double>(sender.sent));
            gauge("lastmile_webhooks_failed_total", "webhook tries that failed", static_cast<double>(sender.failed));
            gauge("lastmile_http_shed_total", "connections and requests refused for load", static_cast<double>(n.shed));
            gauge("lastmile_http_cut_total", "slow peers that were cut", static_cast<double>(n.cut));
            gauge("lastmile_http_received_bytes_total", "bytes received", static_cast<double>(n.received_bytes));
            gauge("lastmile_http_sent_bytes_total", "bytes sent", static_cast<double>(n.sent_bytes));
        });
    }

    SystemRandom random;
    crypto::Keyring keys;
    Vault vault;
    Tokens tokens;
    AnswerSeal answers;
    PodSealer pod_sealer;
    WebhookSecrets webhook_secrets;
    std::unique_ptr<store::Store> store;
    Dispatch dispatch;
    ConnectorDesk desk;  // before the jobs: their calls end first
    PlanOffers plan_offers{desk};
    http::Client storage_client;
    std::optional<TrackLearning> learning;  // before the jobs as well
    std::unique_ptr<CityMap> map;
    std::shared_ptr<const geocode::Geocoder> geocoder;
    std::function<Finding()> look_at_geocoder;
    Geocoding geocoding;
    ImportSources sources;
    DeliveryImports delivery_imports;
    events::Log log;
    work::Timers timers;
    work::Jobs jobs;
    Retention retention{*store, keys, pod_sealer};
    Erasure erasure;
    std::unique_ptr<WebhookSender> webhook_sender;
    KeyAuthenticator authenticator;
    LivePlaces live_places;
    PublicUrl page_url;
    SandboxReset sandbox_reset;
    EtaDesk etas{*store, dispatch, live_places};
    Streams streams{log, live_places, etas.live};
    NeighbourPlaces neighbours{*store, live_places};
    Fleet fleet;
    std::optional<ServedRoads> served_roads;
    std::shared_ptr<const RoutePricer> usual_pricer;
    std::shared_ptr<const planning::TravelTable> usual_table;
    std::optional<ClosedRoads> closed_roads;
    RoadClosures closing;
    LearnedSpeedsService learned_speeds;
    std::unique_ptr<Planning> planning;
    SlotReach slot_reach;
    Storage storage;
    api::Services services;
    observe::Health health;
    Probes probes{health};
    std::unique_ptr<api::Pipeline> pipeline;
    http::Options options;
    std::unique_ptr<http::Server> server;
    std::unique_ptr<AdminSocket> admin;
    const Contract contract{openapi_document()}, event_contract{schema::to_text(event_schema())};
    std::string public_url;
    std::atomic<bool> draining = false;
};

Node::Node(const Config& config, DataFolder& folder) : parts_(std::make_unique<Parts>(config, folder)) {}
Node::~Node() = default;

std::string Node::url() const {
    if (!parts_->public_url.empty()) return parts_->public_url;
    const auto& options = parts_->options;
    const auto host = options.address == "0.0.0.0" || options.address == "::" ? "127.0.0.1" : options.address;
    return (options.tls_certificate.empty() ? "http://" : "https://") + host + ":" + std::to_string(parts_->server->port());
}

void Node::reload_tls() { parts_->server->reload_tls(); }

void Node::drain(std::chrono::seconds patience) {
    parts_->draining = true;
    parts_->admin.reset();
    parts_->server->drain(patience);
    parts_->pipeline->close();
}

}  // namespace lastmile::app
