#pragma once

#include "input/word_table.h"
#include "profile/profile.h"

namespace useipsec {

inline constexpr WordTable<Keying, 4> keying_words{{{"manual", Keying::manual},
                                                    {"ikev1-main", Keying::ikev1_main},
                                                    {"ikev1-aggressive", Keying::ikev1_aggressive},
                                                    {"ikev2", Keying::ikev2}}};
inline constexpr WordTable<IdentityKind, 6> identity_kind_words{{{"ipv4", IdentityKind::ipv4},
                                                                 {"ipv6", IdentityKind::ipv6},
                                                                 {"fqdn", IdentityKind::fqdn},
                                                                 {"user-fqdn", IdentityKind::user_fqdn},
                                                                 {"dn", IdentityKind::dn},
                                                                 {"key-id", IdentityKind::key_id}}};
inline constexpr WordTable<AuthMethod, 2> authentication_words{
    {{"psk", AuthMethod::psk}, {"certificate", AuthMethod::certificate}}};
inline constexpr WordTable<KeyKind, 5> key_kind_words{{{"ecdsa-p256", KeyKind::ecdsa_p256},
                                                       {"ecdsa-p384", KeyKind::ecdsa_p384},
                                                       {"rsa-2048", KeyKind::rsa_2048},
                                                       {"rsa-3072", KeyKind::rsa_3072},
                                                       {"rsa-4096", KeyKind::rsa_4096}}};
inline constexpr WordTable<Validity, 3> validity_words{
    {{"current", Validity::current}, {"expired", Validity::expired}, {"not-yet", Validity::not_yet}}};
inline constexpr WordTable<SendCertificate, 3> send_certificate_words{{{"always", SendCertificate::always},
                                                                       {"when-asked", SendCertificate::when_asked},
                                                                       {"never", SendCertificate::never}}};
inline constexpr WordTable<RevocationPolicy, 2> revocation_policy_words{
    {{"relaxed", RevocationPolicy::relaxed}, {"strict", RevocationPolicy::strict}}};
inline constexpr WordTable<NatExpected, 3> nat_expected_words{
    {{"none", NatExpected::none}, {"possible", NatExpected::possible}, {"certain", NatExpected::certain}}};
inline constexpr WordTable<Traversal, 3> traversal_words{
    {{"automatic", Traversal::automatic}, {"refused", Traversal::refused}, {"forced", Traversal::forced}}};
inline constexpr WordTable<Unmatched, 3> unmatched_words{
    {{"unspecified", Unmatched::unspecified}, {"bypass", Unmatched::bypass}, {"discard", Unmatched::discard}}};
inline constexpr WordTable<BeforeSa, 2> before_sa_words{{{"pass", BeforeSa::pass}, {"trap", BeforeSa::trap}}};
inline constexpr WordTable<OnFailure, 2> on_failure_words{{{"drop", OnFailure::drop}, {"pass", OnFailure::pass}}};
inline constexpr WordTable<DualUse, 4> dual_use_words{{{"unspecified", DualUse::unspecified},
                                                       {"exclusive", DualUse::exclusive},
                                                       {"two-ports", DualUse::two_ports},
                                                       {"optional", DualUse::optional}}};
inline constexpr WordTable<GroupTraffic, 3> group_traffic_words{
    {{"none", GroupTraffic::none}, {"manual-group", GroupTraffic::manual_group}, {"tunnel", GroupTraffic::tunnel}}};
inline constexpr WordTable<GroupSas, 4> group_sas_words{{{"shared", GroupSas::shared},
                                                         {"per-sender", GroupSas::per_sender},
                                                         {"directional", GroupSas::directional},
                                                         {"pairwise", GroupSas::pairwise}}};
inline constexpr WordTable<SecurityProtocol, 3> protocol_words{
    {{"esp", SecurityProtocol::esp}, {"ah", SecurityProtocol::ah}, {"ah+esp", SecurityProtocol::ah_and_esp}}};
inline constexpr WordTable<Mode, 2> mode_words{{{"transport", Mode::transport}, {"tunnel", Mode::tunnel}}};
inline constexpr WordTable<Requirement, 4> requirement_words{{{"require", Requirement::require},
                                                              {"use", Requirement::use},
                                                              {"bypass", Requirement::bypass},
                                                              {"discard", Requirement::discard}}};

}  // namespace useipsec
