package proxy

import (
	"net"
	"strings"
	"sync"
)

// hostSet is the hosts whose traffic is read.
type hostSet struct {
	mu    sync.RWMutex
	names map[string]bool // "host" for any port, or "host:port"; lower case
}

func newHostSet(names ...string) *hostSet {
	s := &hostSet{names: map[string]bool{}}
	for _, name := range names {
		s.add(name)
	}
	return s
}

// add reports whether name was new.
func (s *hostSet) add(name string) bool {
	name = strings.ToLower(name)
	if _, _, err := net.SplitHostPort(name); err != nil {
		name = strings.Trim(name, "[]") // an IPv6 address without a port
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.names[name] {
		return false
	}
	s.names[name] = true
	return true
}

// has takes an address with its port.
func (s *hostSet) has(address string) bool {
	address = strings.ToLower(address)
	host, _, err := net.SplitHostPort(address)
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.names[address] || err == nil && s.names[host]
}
