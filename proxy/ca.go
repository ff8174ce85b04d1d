package proxy

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
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
	file  string
	cert  *x509.Certificate
	key   *ecdsa.PrivateKey
	leafs sync.Map // host → func() (*tls.Certificate, error), made once
}

// LoadCA reads the CA in dir, or makes one there at first use: ca.pem, and
// ca-key.pem that only its owner can read.
func LoadCA(dir string) (*CA, error) {
	certPath, keyPath := filepath.Join(dir, caFile), filepath.Join(dir, caKeyFile)
	certPEM, certErr := os.ReadFile(certPath)
	keyPEM, keyErr := os.ReadFile(keyPath)
	if errors.Is(certErr, fs.ErrNotExist) && errors.Is(keyErr, fs.ErrNotExist) {
		if err := makeCA(dir); err != nil {
			return nil, fmt.Errorf("make CA in %s: %w", dir, err)
		}
		certPEM, certErr = os.ReadFile(certPath)
		keyPEM, keyErr = os.ReadFile(keyPath)
	}
	if err := cmp.Or(certErr, keyErr); err != nil {
		return nil, fmt.Errorf("read CA: %w (ca.pem and ca-key.pem belong together; remove both to have a new CA made)", err)
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return nil, fmt.Errorf("read CA in %s: %w (remove ca.pem and ca-key.pem to have a new CA made)", dir, err)
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok || !pair.Leaf.IsCA {
		return nil, fmt.Errorf("read CA in %s: not a CA with an ECDSA key", dir)
	}
	if time.Now().After(pair.Leaf.NotAfter) {
		return nil, fmt.Errorf("CA in %s ended on %s (remove ca.pem and ca-key.pem to have a new one made)", dir, pair.Leaf.NotAfter.Format(time.DateOnly))
	}
	return &CA{file: certPath, cert: pair.Leaf, key: key}, nil
}

// File is the path of the CA's certificate, to be trusted by clients.
func (ca *CA) File() string { return ca.file }

// NotAfter is when the CA ends.
func (ca *CA) NotAfter() time.Time { return ca.cert.NotAfter }

// makeCA writes the key under a temporary name first, so that a half-made CA is
// never found by the next start.
func makeCA(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	name := "runnertape"
	if host, err := os.Hostname(); err == nil {
		name += " on " + host // so that a person finds it in a trust store
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{Organization: []string{"runnertape recording CA"}, CommonName: name},
		NotBefore:             now.Add(-backdate),
		NotAfter:              now.Add(caLife),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := writeNew(filepath.Join(dir, caKeyFile), "PRIVATE KEY", keyDER, 0o600); err != nil {
		return err
	}
	return writeNew(filepath.Join(dir, caFile), "CERTIFICATE", der, 0o644)
}

func writeNew(path, kind string, der []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	err = errors.Join(pem.Encode(f, &pem.Block{Type: kind, Bytes: der}), f.Chmod(mode), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Link(f.Name(), path) // fails if another start was faster
}

// leaf is the certificate for host, made when it is first asked for.
func (ca *CA) leaf(host string) (*tls.Certificate, error) {
	made, _ := ca.leafs.LoadOrStore(host, sync.OnceValues(func() (*tls.Certificate, error) { return ca.sign(host) }))
	return made.(func() (*tls.Certificate, error))()
}

// serial is 128 random bits, as CAs do.
func serial() *big.Int {
	b := make([]byte, 16)
	rand.Read(b)
	b[0] &= 0x7f // positive
	return new(big.Int).SetBytes(b)
}
