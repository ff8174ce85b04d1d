package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
)

// greet is conn with TLS on it, or nil if the client does not want that. A client that does not trust the CA says so
// in an alert (RFC 8446 §6.2), and then asks nothing: without a word from us it would only be missing in the recording.
func (d *Door) greet(ctx context.Context, conn net.Conn, address string) net.Conn {
	secure := tls.Server(conn, d.tls)
	ctx, cancel := context.WithTimeout(ctx, readHeaderTimeout)
	defer cancel()
	err := secure.HandshakeContext(ctx)
	if err == nil {
		return secure
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "remote error" {
		if _, known := d.doubted.LoadOrStore(address, true); !known {
			d.config.Logger.Warn("a client does not trust the certificate for "+address+", and asks nothing; have it trust "+d.config.CA.File(), "error", shortError(err))
		}
	}
	return nil
}
