package proxy

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestCAIsMadeOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "ca")
	first, err := LoadCA(dir, AnyHost)
	if err != nil {
		t.Fatal(err)
	}
	again, err := LoadCA(dir, AnyHost)
	if err != nil {
		t.Fatal(err)
	}
	if !first.cert.Equal(again.cert) || first.File() != filepath.Join(dir, "ca.pem") {
		t.Errorf("%s, %s", first.File(), again.File())
	}
	if left := time.Until(first.NotAfter()); left < 9*365*24*time.Hour {
		t.Errorf("ends in %v", left)
	}
	for name, want := range map[string]fs.FileMode{"ca.pem": 0o644, "ca-key.pem": 0o600, ".": fs.ModeDir | 0o700} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestCAIsMadeByManyAtOnce(t *testing.T) {
	dir := t.TempDir()
	var group sync.WaitGroup
	cas := make([]*CA, 16)
	for i := range cas {
		group.Go(func() {
			var err error
			if cas[i], err = LoadCA(dir, AnyHost); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, ca := range cas {
		if ca == nil || !ca.cert.Equal(cas[0].cert) {
			t.Fatal("different CAs")
		}
	}
}

// A start that was killed between the two files is made good.
func TestCAHalfMade(t *testing.T) {
	dir := t.TempDir()
	first, err := LoadCA(dir, AnyHost)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(first.File()); err != nil {
		t.Fatal(err)
	}
	again, err := LoadCA(dir, AnyHost)
	if err != nil {
		t.Fatal(err)
	}
	if !first.key.(*ecdsa.PrivateKey).Equal(again.key) {
		t.Error("the key was replaced")
	}
}

func TestCAThatCannotBeUsed(t *testing.T) {
	write := func(t *testing.T, dir, name, kind string, der []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	selfSigned := func(t *testing.T, dir string, key, public any, isCA bool, end time.Time) {
		t.Helper()
		template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: end, IsCA: isCA, BasicConstraintsValid: true}
		der, err := x509.CreateCertificate(rand.Reader, template, template, public, key)
		if err != nil {
			t.Fatal(err)
		}
		keyDER, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, "ca.pem", "CERTIFICATE", der)
		write(t, dir, "ca-key.pem", "PRIVATE KEY", keyDER)
	}
	later := time.Now().Add(time.Hour)
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, dir string)
		want  string
	}{
		{"without its key", func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, "ca-key.pem")) }, "but not its key"},
		{"garbage", func(t *testing.T, dir string) { os.WriteFile(filepath.Join(dir, "ca.pem"), []byte("x"), 0o600) }, "remove ca.pem and ca-key.pem"},
		{"garbage for a new key", func(t *testing.T, dir string) {
			os.Remove(filepath.Join(dir, "ca.pem"))
			os.WriteFile(filepath.Join(dir, "ca-key.pem"), []byte("x"), 0o600)
		}, "is not an ECDSA key in PEM form"},
		{"garbage for its key", func(t *testing.T, dir string) {
			os.WriteFile(filepath.Join(dir, "ca-key.pem"), []byte("x"), 0o600)
		}, "is not an ECDSA key in PEM form"},
		{"not a certificate", func(t *testing.T, dir string) { write(t, dir, "ca.pem", "CERTIFICATE", []byte("x")) }, "is not a certificate in PEM form"},
		{"key for its group", func(t *testing.T, dir string) { os.Chmod(filepath.Join(dir, "ca-key.pem"), 0o640) }, "has mode 0640 (chmod 600"},
		{"key for everybody", func(t *testing.T, dir string) { os.Chmod(filepath.Join(dir, "ca-key.pem"), 0o604) }, "has mode 0604 (chmod 600"},
		{"another's key", func(t *testing.T, dir string) {
			der, _ := x509.MarshalPKCS8PrivateKey(ecKey)
			write(t, dir, "ca-key.pem", "PRIVATE KEY", der)
		}, "is not that of the certificate"},
		{"RSA", func(t *testing.T, dir string) { selfSigned(t, dir, rsaKey, rsaKey.Public(), true, later) }, "is not an ECDSA key"},
		{"no CA", func(t *testing.T, dir string) { selfSigned(t, dir, ecKey, ecKey.Public(), false, later) }, "is not the certificate of a CA"},
		{"ended", func(t *testing.T, dir string) { selfSigned(t, dir, ecKey, ecKey.Public(), true, time.Unix(1e9, 0)) }, "ended on 2001-09-09"},
		{"directory is a file", func(t *testing.T, dir string) {
			os.RemoveAll(dir)
			os.WriteFile(dir, nil, 0o600)
		}, "not a directory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "ca")
			if _, err := LoadCA(dir, AnyHost); err != nil {
				t.Fatal(err)
			}
			c.spoil(t, dir)
			_, err := LoadCA(dir, AnyHost)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
