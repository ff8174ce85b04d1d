package proxy

import (
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	caFile    = "ca.pem"
	caKeyFile = "ca-key.pem"

	caLife = 10 * 365 * 24 * time.Hour
	// leafLife is under the 398 days that Apple's and other clients accept
	// (https://support.apple.com/en-us/102028).
	leafLife = 397 * 24 * time.Hour
	// backdate forgives clients whose clock is slow.
	backdate = time.Hour
)

// CA signs certificates for intercepted hosts. It is safe for concurrent use.
type CA struct {
	file   string
	cert   *x509.Certificate
	key    *ecdsa.PrivateKey
	leaves sync.Map // host → func() (*tls.Certificate, error), which signs once
}

// LoadCA reads the CA in dir, or makes one there at first use: ca.pem, and
// ca-key.pem that only its owner can read. Several may do so at once.
func LoadCA(dir string) (*CA, error) {
	certPath, keyPath := filepath.Join(dir, caFile), filepath.Join(dir, caKeyFile)
	if err := makeMissing(certPath, keyPath); err != nil {
		return nil, fmt.Errorf("make CA in %s: %w", dir, err)
	}
	certPEM, err := os.ReadFile(certPath)
	if err != nil {
		return nil, fmt.Errorf("read CA: %w", err)
	}
	keyPEM, err := os.ReadFile(keyPath)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read CA: %s is there, but not its key %s (remove it to have a new CA made)", certPath, caKeyFile)
	}
	if err != nil {
		return nil, fmt.Errorf("read CA: %w", err)
	}
	const remedy = "remove ca.pem and ca-key.pem to have a new CA made"
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return nil, fmt.Errorf("read CA in %s: %w (%s)", dir, err, remedy)
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok || !pair.Leaf.IsCA {
		return nil, fmt.Errorf("read CA in %s: not a CA with an ECDSA key (%s)", dir, remedy)
	}
	if time.Now().After(pair.Leaf.NotAfter) {
		return nil, fmt.Errorf("CA in %s ended on %s (%s)", dir, pair.Leaf.NotAfter.Format(time.DateOnly), remedy)
	}
	return &CA{file: certPath, cert: pair.Leaf, key: key}, nil
}

// File is the path of the CA's certificate, to be trusted by clients.
func (ca *CA) File() string { return ca.file }

// NotAfter is when the CA ends.
func (ca *CA) NotAfter() time.Time { return ca.cert.NotAfter }

// leaf is the certificate for host, made when it is first asked for.
func (ca *CA) leaf(host string) (*tls.Certificate, error) {
	made, _ := ca.leaves.LoadOrStore(host, sync.OnceValues(func() (*tls.Certificate, error) { return ca.sign(host) }))
	return made.(func() (*tls.Certificate, error))()
}
