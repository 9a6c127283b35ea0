package signin

import (
	"net/netip"

	"parvis/auth/internal/plain"
)

const maxUserAgent = 200

// truncated is the network of an address: enough to recognize one's own sign-in in a list, too little to find a person
// (IPv4 /24, IPv6 /48).
func truncated(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	bits := 48
	if addr.Is4() {
		bits = 24
	}
	network, err := addr.Prefix(bits)
	if err != nil || !network.IsValid() {
		return ""
	}
	return network.String()
}

func userAgent(header string) string { return plain.Line(header, maxUserAgent) }
