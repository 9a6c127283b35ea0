package webhook

import (
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Allowed is what the operator lets messages go to beyond the public Internet: networks, and hosts by name. Only there are
// private addresses, other ports than 443 and, for hosts that are named, plain HTTP.
type Allowed struct {
	Networks []netip.Prefix
	Hosts    []string // lower case, without a final dot
}

// ParseAllowed reads "10.1.2.0/24, agenda.interne.example".
func ParseAllowed(words []string) (Allowed, error) {
	var a Allowed
	for _, w := range words {
		w = strings.TrimSpace(w)
		if addr, err := netip.ParseAddr(w); err == nil && addr.Zone() == "" {
			a.Networks = append(a.Networks, netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()))
			continue
		}
		if prefix, err := netip.ParsePrefix(w); err == nil {
			if prefix.Bits() == 0 {
				return Allowed{}, errors.New("allows every address: name the networks")
			}
			a.Networks = append(a.Networks, prefix.Masked())
			continue
		}
		host := strings.ToLower(strings.TrimSuffix(w, "."))
		if host == "" || strings.ContainsAny(host, "/:@*?# ") {
			return Allowed{}, errors.New("is networks and host names separated by commas, such as 10.1.2.0/24,agenda.interne.example")
		}
		a.Hosts = append(a.Hosts, host)
	}
	return a, nil
}

// Host tells whether a host is named.
func (a Allowed) Host(host string) bool {
	return slices.Contains(a.Hosts, strings.ToLower(strings.TrimSuffix(host, ".")))
}

// Address tells whether an address lies in a network that is named.
func (a Allowed) Address(addr netip.Addr) bool {
	addr = addr.Unmap()
	return slices.ContainsFunc(a.Networks, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// maxURL bounds an address.
const maxURL = 1000

// checkURL is what is wrong with an address, in words for who gave it; empty when nothing is. Where it leads is looked at
// when messages are sent, each time.
func (a Allowed) checkURL(text, own string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Opaque != "" || len(text) > maxURL {
		return "a full address, such as https://agenda.example.gouv.fr/hooks"
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	addr, addrErr := netip.ParseAddr(host)
	listed := a.Host(host) || (addrErr == nil && a.Address(addr))
	switch {
	case u.Scheme != "https" && (u.Scheme != "http" || !listed):
		return "begins with https://"
	case u.User != nil:
		return "holds no user and no password"
	case strings.Contains(text, "#"):
		return "has no fragment"
	case !goodPort(u):
		return "names a port that there is not"
	case addrErr == nil && addr.Zone() != "", addrErr != nil && !goodName(host):
		return "names a host that there is not"
	case addrErr == nil && !listed && !Public(addr):
		return "leads to an address to which nothing is sent"
	case host == own && !listed:
		return "leads back to this platform"
	default:
		return ""
	}
}

func goodPort(u *url.URL) bool {
	if strings.HasSuffix(u.Host, ":") {
		return false
	}
	if u.Port() == "" {
		return true
	}
	n, err := strconv.Atoi(u.Port())
	return err == nil && n >= 1 && n <= 65535
}

// goodName refuses what no name of the Internet is and some resolvers take for an address: 127.1, 0x7f000001, 2130706433.
func goodName(host string) bool {
	labels := strings.Split(host, ".")
	last := labels[len(labels)-1]
	if strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x") {
		return false
	}
	return !slices.ContainsFunc(labels, func(l string) bool {
		return l == "" || len(l) > 63 || strings.ContainsFunc(l, func(r rune) bool {
			return r > 127 || !(r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z')
		})
	})
}

// special are the networks of IANA's registries for special purposes that are no place for a receiver, and those that carry
// an address of IPv4 within.
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
)

// global is where IPv6 gives out addresses (RFC 4291): whatever lies elsewhere is special.
var global = netip.MustParsePrefix("2000::/3")

func prefixes(texts ...string) []netip.Prefix {
	all := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		all[i] = netip.MustParsePrefix(t)
	}
	return all
}

// Public tells whether an address is one of the public Internet.
func Public(addr netip.Addr) bool {
	if !addr.IsValid() || addr.Zone() != "" {
		return false
	}
	addr = addr.Unmap()
	if addr.Is6() && !global.Contains(addr) {
		return false
	}
	return !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(addr) })
}
