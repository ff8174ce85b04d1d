package proxy

import (
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// AnyHost stands for every host where a CA is made.
const AnyHost = "*"

// certName is how a host, with or without a port, stands in a certificate.
func certName(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.ToLower(strings.Trim(host, "[]")), ".")
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Unmap().WithZone("").String()
	}
	return host
}

var dnsName = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$`)

// ParseHost reads HOST or HOST:PORT, and returns the host as certificates have it.
func ParseHost(s string) (string, error) {
	name := certName(s)
	if _, port, err := net.SplitHostPort(s); err == nil {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			name = "" // "https://host" splits as well
		}
	}
	if _, err := netip.ParseAddr(name); err == nil || len(name) < 254 && dnsName.MatchString(name) {
		return name, nil
	}
	for _, r := range name {
		if r > 0x7f {
			return "", fmt.Errorf("%q is not ASCII; write the name as DNS has it, xn--…", s)
		}
	}
	return "", fmt.Errorf("%q is not HOST or HOST:PORT", s)
}

// constrain makes a CA one that may sign for hosts only. Constraints hold for one kind of
// name each (RFC 5280 §4.2.1.10), so that a CA for names must be forbidden all addresses, and
// the other way round. A name permits what is below it too: that cannot be said otherwise.
func constrain(template *x509.Certificate, hosts []string) error {
	for _, host := range hosts {
		if host == AnyHost {
			return nil
		}
	}
	template.PermittedDNSDomainsCritical = true
	for _, host := range hosts {
		name, err := ParseHost(host)
		if err != nil {
			return err
		}
		if ip, err := netip.ParseAddr(name); err == nil {
			bits := ip.BitLen()
			template.PermittedIPRanges = append(template.PermittedIPRanges, &net.IPNet{IP: ip.AsSlice(), Mask: net.CIDRMask(bits, bits)})
		} else {
			template.PermittedDNSDomains = append(template.PermittedDNSDomains, name)
		}
	}
	if template.PermittedIPRanges == nil {
		template.ExcludedIPRanges = []*net.IPNet{
			{IP: net.IPv4zero.To4(), Mask: net.CIDRMask(0, 32)},
			{IP: net.IPv6zero, Mask: net.CIDRMask(0, 128)},
		}
	}
	if template.PermittedDNSDomains == nil {
		template.ExcludedDNSDomains = []string{""} // every name
	}
	return nil
}

// Hosts are those that the CA may sign for, besides names below them. None means any.
func (ca *CA) Hosts() []string {
	hosts := append([]string(nil), ca.cert.PermittedDNSDomains...)
	for _, ips := range ca.cert.PermittedIPRanges {
		if ones, bits := ips.Mask.Size(); ones == bits {
			hosts = append(hosts, ips.IP.String())
		} else {
			hosts = append(hosts, ips.String())
		}
	}
	return hosts
}
