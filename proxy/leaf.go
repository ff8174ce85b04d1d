package proxy

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"net/netip"
	"sync"
	"time"
)

const (
	// leafLife is short, since a leaf is only held in memory and made anew in a
	// millisecond. Clients accept up to 398 days (https://support.apple.com/en-us/102028).
	leafLife = 7 * 24 * time.Hour
	// maxLeaves bounds what is held. Few hosts are intercepted; one more than that is signed again.
	maxLeaves = 256
)

// leaves are the certificates that a CA has made, one for each host.
type leaves struct {
	mu     sync.Mutex
	byHost map[string]*leaf // guarded by mu
}

// leaf is a certificate, or the reason why there is none, once made is closed.
type leaf struct {
	made  chan struct{}
	cert  *tls.Certificate
	err   error
	renew time.Time // from then on another one is made
}

// of is the leaf for host. One that is not there, or has little of its life left, is
// made, once for all who ask at the same time.
func (l *leaves) of(host string, sign func(host string) (*tls.Certificate, time.Time, error)) *leaf {
	l.mu.Lock()
	held := l.byHost[host]
	if held != nil && !held.old() {
		l.mu.Unlock()
		<-held.made
		return held
	}
	if l.byHost == nil {
		l.byHost = map[string]*leaf{}
	}
	if held == nil && len(l.byHost) >= maxLeaves {
		for other := range l.byHost {
			delete(l.byHost, other)
			break
		}
	}
	fresh := &leaf{made: make(chan struct{})}
	l.byHost[host] = fresh
	l.mu.Unlock()
	fresh.cert, fresh.renew, fresh.err = sign(host)
	close(fresh.made)
	return fresh
}

// old tells whether a leaf is made and due to be renewed.
func (l *leaf) old() bool {
	select {
	case <-l.made:
		return time.Now().After(l.renew)
	default:
		return false
	}
}

// leaf is the certificate for host, which may have a port.
func (ca *CA) leaf(host string) (*tls.Certificate, error) {
	made := ca.leaves.of(certName(host), ca.sign)
	return made.cert, made.err
}

// Permits tells whether the CA may sign for host, which may have a port. It asks
// what clients ask: whether a certificate for that host holds under the CA's constraints.
func (ca *CA) Permits(host string) bool {
	_, err := ca.leaf(host)
	return err == nil
}

// sign makes a certificate that holds, and says when to renew it.
func (ca *CA) sign(host string) (*tls.Certificate, time.Time, error) {
	now := time.Now()
	end := earlier(now.Add(leafLife-backdate), ca.cert.NotAfter)
	renew := now.Add(end.Sub(now) * 2 / 3)
	cert, err := ca.certify(host, now.Add(-backdate), end)
	if err != nil {
		return nil, renew, fmt.Errorf("sign certificate for %s: %w", host, err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	if _, err := cert.Leaf.Verify(x509.VerifyOptions{Roots: pool, CurrentTime: now}); err != nil {
		return nil, renew, fmt.Errorf("sign certificate for %s: %w", host, err)
	}
	return cert, renew, nil
}

// certify makes a certificate for host, whether or not it holds. A P-256 key takes 0.3 ms; RSA
// would take 70. It has no common name: clients do not look at it where
// there are alternative names (RFC 9525 §2), and GnuTLS would hold an address in it
// against the constraints for names.
func (ca *CA) certify(host string, from, to time.Time) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{Organization: []string{"runnertape"}},
		NotBefore:    from,
		NotAfter:     to,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		template.IPAddresses = append(template.IPAddresses, ip.AsSlice())
	} else {
		template.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.cert, key.Public(), ca.key)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der, ca.cert.Raw}, PrivateKey: key, Leaf: parsed}, nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
