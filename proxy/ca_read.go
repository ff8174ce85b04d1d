package proxy

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"runtime"
)

func readCert(path string) (*x509.Certificate, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if block, _ := pem.Decode(text); block != nil {
		if cert, err := x509.ParseCertificate(block.Bytes); err == nil {
			return cert, nil
		}
	}
	return nil, fmt.Errorf("%s is not a certificate in PEM form (remove %s and %s to have a new CA made)", path, caFile, caKeyFile)
}

// readKey refuses a key that others can read, as ssh does: whoever has it can be GitLab to
// every runner that trusts the CA.
func readKey(path string) (crypto.Signer, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" { // whose modes say nothing
		return nil, fmt.Errorf("%s is not for its owner only, it has mode %04o (chmod 600 it; if others may have read it, remove it and %s to have a new CA made)", path, mode, caFile)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if block, _ := pem.Decode(text); block != nil {
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			key, err = x509.ParseECPrivateKey(block.Bytes) // as openssl ecparam writes it
		}
		if ec, ok := key.(*ecdsa.PrivateKey); ok && err == nil {
			return ec, nil
		}
	}
	return nil, fmt.Errorf("%s is not an ECDSA key in PEM form (remove it and %s to have a new CA made)", path, caFile)
}
