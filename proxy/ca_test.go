package proxy

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestCAIsMadeOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "ca")
	first, err := LoadCA(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := LoadCA(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !first.cert.Equal(again.cert) || first.File() != filepath.Join(dir, "ca.pem") {
		t.Errorf("%s, %s", first.File(), again.File())
	}
	if left := time.Until(first.NotAfter()); left < 9*365*24*time.Hour {
		t.Errorf("ends in %v", left)
	}
	for name, want := range map[string]fs.FileMode{"ca.pem": 0o644, "ca-key.pem": 0o600} {
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
			if cas[i], err = LoadCA(dir); err != nil {
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
	first, err := LoadCA(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(first.File()); err != nil {
		t.Fatal(err)
	}
	again, err := LoadCA(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !first.key.Equal(again.key) {
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
		{"garbage for a key", func(t *testing.T, dir string) {
			os.Remove(filepath.Join(dir, "ca.pem"))
			os.WriteFile(filepath.Join(dir, "ca-key.pem"), []byte("x"), 0o600)
		}, "not a PEM file"},
		{"another's key", func(t *testing.T, dir string) {
			der, _ := x509.MarshalPKCS8PrivateKey(ecKey)
			write(t, dir, "ca-key.pem", "PRIVATE KEY", der)
		}, "remove ca.pem and ca-key.pem"},
		{"RSA", func(t *testing.T, dir string) { selfSigned(t, dir, rsaKey, rsaKey.Public(), true, later) }, "not a CA with an ECDSA key"},
		{"no CA", func(t *testing.T, dir string) { selfSigned(t, dir, ecKey, ecKey.Public(), false, later) }, "not a CA with an ECDSA key"},
		{"ended", func(t *testing.T, dir string) { selfSigned(t, dir, ecKey, ecKey.Public(), true, time.Unix(1e9, 0)) }, "ended on 2001-09-09"},
		{"directory is a file", func(t *testing.T, dir string) {
			os.RemoveAll(dir)
			os.WriteFile(dir, nil, 0o600)
		}, "not a directory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "ca")
			if _, err := LoadCA(dir); err != nil {
				t.Fatal(err)
			}
			c.spoil(t, dir)
			_, err := LoadCA(dir)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestLeaf(t *testing.T) {
	ca, err := LoadCA(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	for _, host := range []string{"gitlab.example", "10.1.2.3", "::1"} {
		made := make([]*tls.Certificate, 16)
		var group sync.WaitGroup
		for i := range made {
			group.Go(func() {
				var err error
				if made[i], err = ca.leaf(host); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		for _, cert := range made {
			if cert != made[0] {
				t.Fatalf("%s: signed more than once", host)
			}
		}
		leaf, err := x509.ParseCertificate(made[0].Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		name := host
		if ip := net.ParseIP(host); ip != nil {
			name = "[" + host + "]" // how Verify knows an address from a name
		}
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: pool, DNSName: name}); err != nil {
			t.Errorf("%s: %v", host, err)
		}
		if err := leaf.VerifyHostname("other.example"); err == nil {
			t.Errorf("%s: is good for other hosts", host)
		}
		if life := leaf.NotAfter.Sub(leaf.NotBefore); life > 398*24*time.Hour {
			t.Errorf("%s: lives for %v", host, life)
		}
	}
}
