package proxy

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"
)

const (
	caFile    = "ca.pem"
	caKeyFile = "ca-key.pem"

	caLife = 10 * 365 * 24 * time.Hour
	// backdate forgives clients whose clock is slow.
	backdate = time.Hour
)

// CA signs certificates for intercepted hosts. It is safe for concurrent use.
type CA struct {
	file   string
	cert   *x509.Certificate
	key    crypto.Signer
	leaves leaves
}

// LoadCA reads the CA in dir. If there is none and hosts are named, it makes one that
// may sign for these only, or for any if AnyHost is among them: ca.pem, and ca-key.pem that
// only its owner can read. Several may do so at once. Whether a CA that was there
// may sign for hosts is not looked at; see [CA.Permits]. Where there is no CA, and no hosts,
// the error is fs.ErrNotExist.
func LoadCA(dir string, hosts ...string) (*CA, error) {
	certPath, keyPath := filepath.Join(dir, caFile), filepath.Join(dir, caKeyFile)
	if len(hosts) > 0 {
		if err := makeMissing(certPath, keyPath, hosts); err != nil {
			return nil, fmt.Errorf("make CA in %s: %w", dir, err)
		}
	}
	cert, err := readCert(certPath)
	if err != nil {
		return nil, fmt.Errorf("read CA: %w", err)
	}
	key, err := readKey(keyPath)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read CA: %s is there, but not its key %s (remove it to have a new CA made)", certPath, caKeyFile)
	}
	if err != nil {
		return nil, fmt.Errorf("read CA: %w", err)
	}
	const remedy = "remove ca.pem and ca-key.pem to have a new CA made"
	switch public, ok := cert.PublicKey.(interface{ Equal(crypto.PublicKey) bool }); {
	case !ok || !public.Equal(key.Public()):
		return nil, fmt.Errorf("read CA in %s: the key in %s is not that of the certificate (%s)", dir, caKeyFile, remedy)
	case !cert.IsCA:
		return nil, fmt.Errorf("read CA in %s: %s is not the certificate of a CA (%s)", dir, caFile, remedy)
	case time.Now().After(cert.NotAfter):
		return nil, fmt.Errorf("CA in %s ended on %s (%s)", dir, cert.NotAfter.Format(time.DateOnly), remedy)
	}
	return &CA{file: certPath, cert: cert, key: key}, nil
}

// File is the path of the CA's certificate, to be trusted by clients.
func (ca *CA) File() string { return ca.file }

// Pool is the CA alone, for a client that is to trust nobody else.
func (ca *CA) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	return pool
}

// NotAfter is when the CA ends.
func (ca *CA) NotAfter() time.Time { return ca.cert.NotAfter }
