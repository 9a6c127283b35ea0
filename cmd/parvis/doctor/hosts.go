package doctor

import (
	"context"
	"net"
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Hosts says which hosts belong to an installation, and so may be named to browsers for STUN and TURN.
type Hosts struct {
	// Platform is the host of PARVIS_URL. Names beside it in the same registered domain are of the installation too.
	Platform string
	// Others are hosts of the settings, such as the SFU's; what lies below them is of the installation.
	Others []string
	// Named are hosts, domains and addresses that the operator calls theirs.
	Named []string
	// Resolve answers the addresses of a name, net.Resolver.LookupNetIP.
	Resolve func(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// own reports whether a host, a name or an address, is of the installation.
func (h Hosts) own(ctx context.Context, host string) bool {
	host = plain(host)
	for _, named := range h.Named {
		if under(host, plain(named)) {
			return true
		}
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return h.ownAddress(ctx, addr.WithZone("").Unmap())
	}
	for _, known := range h.known() {
		if under(host, known) {
			return true
		}
	}
	return host == "localhost" || beside(host, plain(h.Platform))
}

// ownAddress takes what no foreign service can have, and the addresses of the installation's own hosts.
func (h Hosts) ownAddress(ctx context.Context, addr netip.Addr) bool {
	if addr.IsLoopback() || addr.IsPrivate() {
		return true
	}
	for _, known := range h.known() {
		if literal, err := netip.ParseAddr(known); err == nil {
			if literal.Unmap() == addr {
				return true
			}
			continue
		}
		found, err := h.Resolve(ctx, "ip", known)
		if err != nil {
			continue // a name that only LiveKit's network knows proves nothing here
		}
		for _, a := range found {
			if a.WithZone("").Unmap() == addr {
				return true
			}
		}
	}
	return false
}

func (h Hosts) known() []string {
	var all []string
	for _, host := range append([]string{h.Platform}, h.Others...) {
		if host = plain(host); host != "" {
			all = append(all, host)
		}
	}
	return all
}

// under reports whether a host is a domain or lies below it. Below a single label (livekit, com) nothing is anybody's.
func under(host, domain string) bool {
	if domain == "" || host == domain {
		return domain != "" && host == domain
	}
	return strings.Contains(domain, ".") && strings.HasSuffix(host, "."+domain)
}

// beside reports whether two names lie in one domain that somebody registered: turn.example.org and meet.example.org,
// but not turn.gouv.fr and visio.gouv.fr. Below a suffix that a company hands out (github.io), or that nobody manages
// (.internal), neighbours may be strangers.
func beside(host, own string) bool {
	if _, managed := publicsuffix.PublicSuffix(own); !managed || net.ParseIP(own) != nil {
		return false
	}
	theirs, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return false
	}
	ours, err := publicsuffix.EffectiveTLDPlusOne(own)
	return err == nil && theirs == ours
}

// plain is a host as it is compared.
func plain(host string) string {
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}
