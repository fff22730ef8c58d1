filedesc://own.arc 0.0.0.0 20010203040506 text/plain 6
1 0 Me

https://tidewater.example/a b 127.0.0.1 20010203040506 text/html 147
HTTP/1.1 200 OK
Content-Type: text/html; charset=windows-1252

<html><head><title>Mole</title></head><body><p>The mole is wet.</p></body></html>
