package proxy

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// makeMissing makes the CA's files if there are none. The key comes first, and
// the certificate can be made from it again, so that a start that was killed in
// between is made good by the next one. Where two starts do this at once, the files
// of the faster one stay.
func makeMissing(certPath, keyPath string, hosts []string) error {
	if _, err := os.Stat(certPath); !errors.Is(err, fs.ErrNotExist) {
		return nil // to be read, or to fail at that
	}
	if err := os.MkdirAll(filepath.Dir(keyPath), 0o700); err != nil {
		return err
	}
	if err := makeKey(keyPath); err != nil {
		return err
	}
	key, err := readKey(keyPath)
	if err != nil {
		return err
	}
	return makeCert(certPath, key, hosts)
}

func makeKey(path string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return writeNew(path, "PRIVATE KEY", der, 0o600)
}

func makeCert(path string, key crypto.Signer, hosts []string) error {
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
	if err := constrain(template, hosts); err != nil {
		return err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	return writeNew(path, "CERTIFICATE", der, 0o644)
}

// writeNew makes a file that is there whole or not at all. One that is there
// already stays.
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
	if err := os.Link(f.Name(), path); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// serial is 128 random bits, as CAs do.
func serial() *big.Int {
	b := make([]byte, 16)
	rand.Read(b)
	b[0] &= 0x7f // positive
	return new(big.Int).SetBytes(b)
}
