package proxy

import (
	"maps"
	"net"
	"sync"
)

// maxCounted bounds the hosts that are counted each by itself: clients name them at will.
const maxCounted = 1000

// otherHosts stands for the hosts beyond that in the counts.
const otherHosts = "other hosts"

// Tunnels counts the traffic that passed without being read, and what was refused. It is
// safe for concurrent use.
type Tunnels struct {
	mu sync.Mutex
	// guarded by mu
	counts map[string]TunnelCount
	live   map[*tunnelConn]bool
	closed bool
}

// TunnelCount is the unread traffic of one host.
type TunnelCount struct {
	Connections int64 // CONNECTs that were tunnelled
	Requests    int64 // plain HTTP requests that were passed on
	Bytes       int64 // through tunnels, both ways together
	Refused     int64 // CONNECTs and requests that were answered 403
}

// NewTunnels returns an empty count.
func NewTunnels() *Tunnels {
	return &Tunnels{counts: map[string]TunnelCount{}, live: map[*tunnelConn]bool{}}
}

// Counts is a copy of the counts by host:port, or "other hosts" beyond a thousand.
func (t *Tunnels) Counts() map[string]TunnelCount {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.counts)
}

func (t *Tunnels) add(address string, n TunnelCount) {
	t.mu.Lock()
	defer t.mu.Unlock()
	sum, known := t.counts[address]
	if !known && len(t.counts) >= maxCounted {
		address = otherHosts
		sum = t.counts[address]
	}
	sum.Connections += n.Connections
	sum.Requests += n.Requests
	sum.Bytes += n.Bytes
	sum.Refused += n.Refused
	t.counts[address] = sum
}

// open wraps the upstream side of a new tunnel.
func (t *Tunnels) open(address string, c net.Conn) net.Conn {
	t.add(address, TunnelCount{Connections: 1})
	conn := &tunnelConn{Conn: c, tunnels: t, address: address}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		c.Close()
		return conn
	}
	t.live[conn] = true
	return conn
}

// close ends all tunnels: goproxy copies in goroutines that end with them.
func (t *Tunnels) close() {
	t.mu.Lock()
	t.closed = true
	live := maps.Clone(t.live)
	t.mu.Unlock()
	for c := range live {
		c.Close()
	}
}

// tunnelConn is the upstream side of a tunnel. It can be half-closed, which
// goproxy asks for.
type tunnelConn struct {
	net.Conn
	tunnels *Tunnels
	address string
}

// Read implements net.Conn.
func (c *tunnelConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.tunnels.add(c.address, TunnelCount{Bytes: int64(n)})
	return n, err
}

// Write implements net.Conn.
func (c *tunnelConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.tunnels.add(c.address, TunnelCount{Bytes: int64(n)})
	return n, err
}

// Close implements net.Conn.
func (c *tunnelConn) Close() error {
	c.tunnels.mu.Lock()
	delete(c.tunnels.live, c)
	c.tunnels.mu.Unlock()
	return c.Conn.Close()
}

// CloseWrite half-closes towards the upstream.
func (c *tunnelConn) CloseWrite() error {
	if h, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return h.CloseWrite()
	}
	return c.Conn.Close()
}

// CloseRead half-closes from the upstream.
func (c *tunnelConn) CloseRead() error {
	if h, ok := c.Conn.(interface{ CloseRead() error }); ok {
		return h.CloseRead()
	}
	return nil
}
