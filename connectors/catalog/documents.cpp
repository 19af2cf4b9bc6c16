// The adapters' documents, compiled in. Adding a network: a folder with its adapter.json, and a line in each of the two lists.
#include "connectors/catalog/catalog.hpp"

// clang-format off
#define LASTMILE_ADAPTER(name)                                                   \
    asm(".pushsection .rodata\n"                                                 \
        "adapter_" #name "_begin:\n.incbin \"connectors/" #name "/adapter.json\"\n" \
        "adapter_" #name "_end:\n.byte 0\n.popsection\n");                       \
    extern "C" const char adapter_##name##_begin[];                              \
    extern "C" const char adapter_##name##_end[];
// clang-format on

LASTMILE_ADAPTER(fleet_protocol)
LASTMILE_ADAPTER(doordash_drive)
LASTMILE_ADAPTER(uber_direct)
LASTMILE_ADAPTER(stuart)
LASTMILE_ADAPTER(lalamove)
LASTMILE_ADAPTER(nash)
LASTMILE_ADAPTER(onfleet)
LASTMILE_ADAPTER(shipday)
LASTMILE_ADAPTER(wolt_drive)

namespace lastmile::connectors {

#define LASTMILE_DOCUMENT(name, title) \
    { #name, title, std::string_view(adapter_##name##_begin, static_cast<std::size_t>(adapter_##name##_end - adapter_##name##_begin)) }

std::vector<AdapterDocument> adapter_documents() {
    return {
        LASTMILE_DOCUMENT(fleet_protocol, "Fleet protocol"),
        LASTMILE_DOCUMENT(doordash_drive, "DoorDash Drive"),
        LASTMILE_DOCUMENT(uber_direct, "Uber Direct"),
        LASTMILE_DOCUMENT(stuart, "Stuart"),
        LASTMILE_DOCUMENT(lalamove, "Lalamove"),
        LASTMILE_DOCUMENT(nash, "Nash"),
        LASTMILE_DOCUMENT(onfleet, "Onfleet"),
        LASTMILE_DOCUMENT(shipday, "Shipday"),
        LASTMILE_DOCUMENT(wolt_drive, "Wolt Drive"),
    };
}

}  // namespace lastmile::connectors
