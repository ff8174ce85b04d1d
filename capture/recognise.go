package capture

import (
	"bytes"
	"encoding/binary"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// recognise tells whether p, the first bytes of h, can be HTTP/1.x. If there are too few to tell, it is false and the state stays.
func (c *conn) recognise(h *half, p []byte) bool {
	if looksTLS(p) {
		if n := recordBytes(p); n > len(p) && h == c.client && n <= maxRecord {
			return false // its name may still come
		}
		c.encrypted(serverName(p))
		return false
	}
	if bytes.HasPrefix([]byte{22, 3}, p) {
		return false
	}
	if !mayBe(h == c.client, p) {
		c.giveUp()
		return false
	}
	return true
}

// mayBe tells whether p can begin a request, or a response.
func mayBe(request bool, p []byte) bool {
	if !request {
		const version = "HTTP/1."
		n := min(len(p), len(version))
		return string(p[:n]) == version[:n]
	}
	for i, b := range bytes.TrimLeft(p, "\r\n") {
		switch {
		case b == ' ':
			return i > 0
		case b <= ' ' || b >= 0x7f || i > 32:
			return false
		}
	}
	return true
}

// maxRecord is the longest record of TLS with its header (RFC 8446 §5.1, with what older versions add).
const maxRecord = 5 + 1<<14 + 2048

// looksTLS tells whether p begins with the header of a record of TLS.
func looksTLS(p []byte) bool {
	return len(p) >= 3 && 20 <= p[0] && p[0] <= 23 && p[1] == 3 && p[2] <= 4
}

// recordBytes is how long the record is that p begins.
func recordBytes(p []byte) int {
	if len(p) < 5 {
		return 5
	}
	return 5 + int(binary.BigEndian.Uint16(p[3:]))
}

// serverName is the name that the ClientHello in p asks for, or "".
func serverName(p []byte) string {
	n := recordBytes(p)
	if n > len(p) || p[0] != 22 {
		return ""
	}
	var hello layers.TLS
	if err := hello.DecodeFromBytes(p[:n], gopacket.NilDecodeFeedback); err != nil || len(hello.Handshake) == 0 {
		return ""
	}
	return string(hello.Handshake[0].ClientHello.SNI)
}

// encrypted counts a connection that cannot be read. The name is that of the ClientHello.
func (c *conn) encrypted(name string) {
	host := c.tunnel
	switch {
	case host != "":
	case name != "":
		host = name
	case c.server() != nil:
		host = c.server().address()
	default: // the lower port is the server's
		host = c.halves[1].address()
		if src, dst := c.flows.transport.Endpoints(); src.LessThan(dst) {
			host = c.halves[0].address()
		}
	}
	c.rd.summary.TLS[host]++
	c.silence(speaksTLS)
}

// giveUp notes that neither HTTP/1.x nor TLS is spoken.
func (c *conn) giveUp() { c.silence(speaksOther) }

func (c *conn) silence(l language) {
	c.speaks = l
	for i := range c.halves {
		c.halves[i].lose()
		c.halves[i].state = unread
	}
}

// recogniseLate counts a connection that ends before it was clear what it speaks.
func (c *conn) recogniseLate() {
	if c.speaks == unheard && c.client != nil && looksTLS(c.client.held) {
		c.encrypted("")
		return
	}
	c.rd.summary.NotHTTP++
}
