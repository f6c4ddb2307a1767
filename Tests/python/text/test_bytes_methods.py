# Every method of bytes and bytearray, and their errors.
def t(*fs):
    for f in fs:
        try: r=repr(f())
        except Exception as e: r=type(e).__name__+': '+str(e)
        print(ascii(r.split(' at 0x')[0]))
datas=[b'',b'a',b'abc',b'Hello World',b'  sp ace\t\n',b'aXbXc',b'123',b'\x00\xff\x80',b'%s{}',b'l1\r\nl2\rl3\nl4',b'A b Cd',b'-42']
for T in (bytes,bytearray):
  for d in datas:
    s=T(d)
    for m in 'lower upper title capitalize swapcase isalpha isalnum isdigit isspace istitle islower isupper isascii strip lstrip rstrip split rsplit splitlines expandtabs hex'.split():
        print(m, d, getattr(s,m)())
    print(repr(s), len(s), s[::-1], s[::2], s*3, s.splitlines(True), list(s), s.center(15,b'*'), s.ljust(12), s.rjust(12,bytearray(b'-')), s.zfill(9), type(s[1:]), s[1:3])
    for p in [b'',b'a',b'X',bytearray(b'o'),b'lo',b'\xff',97,32,300,-1,'a',None,1.5,memoryview(b'l')]:
        t(lambda:s.find(p), lambda:s.rfind(p), lambda:s.count(p), lambda:s.index(p), lambda:s.rindex(p,1), lambda:s.replace(p,b'__'), lambda:s.replace(p,b'e',1), lambda:s.replace(p,b''), lambda:s.split(p), lambda:s.rsplit(p,1), lambda:s.split(p,1), lambda:s.partition(p), lambda:s.rpartition(p), lambda:s.startswith(p), lambda:s.endswith(p), lambda:s.strip(p), lambda:p in s, lambda:s.removeprefix(p), lambda:s.removesuffix(p), lambda:s.find(p,2,-1), lambda:s.count(p,1), lambda:s<p, lambda:s>=p, lambda:s==p, lambda:s+p, lambda:s.translate(None,p), lambda:s.join([b'1',p]))
  s=T(b'abc')
  t(lambda:s.find(), lambda:s.find(b'a',1,2,3), lambda:s.startswith((b'x',b'a')), lambda:s.startswith((1,)), lambda:s.split(b''), lambda:s.split(sep=1), lambda:s.split(b'a',maxsplit='x'), lambda:s.join(1), lambda:s.join([1]), lambda:s.join([b'a','b']), lambda:s.join([]), lambda:s.join([b'x']), lambda:s.join([bytearray(b'x'),b'y']), lambda:s.replace(b'a'), lambda:s.center(), lambda:s.center(10,b'ab'), lambda:s.center(10,'a'), lambda:s.expandtabs('a'), lambda:s.translate(b'a'), lambda:s.translate(bytes(range(256)),delete=b'b'), lambda:s.translate(None), lambda:T.maketrans(b'a',b'bc'), lambda:T.maketrans(b'a',b'b')[95:100], lambda:s.decode('ascii'), lambda:s.decode(1), lambda:s.decode(errors='x'), lambda:s.hex(':'), lambda:s.hex(b'-',2), lambda:s.hex('::'), lambda:s.hex(1), lambda:s.hex('é'), lambda:s.hex('-',-2), lambda:T.fromhex('61 62\t63'), lambda:T.fromhex('6'), lambda:T.fromhex('6z'), lambda:T.fromhex('zz'), lambda:T.fromhex('é'), lambda:T.fromhex(b'61'), lambda:s[9], lambda:s['a'], lambda:s[1:'a'], lambda:T(1.5), lambda:T('a'), lambda:T('a','utf8'), lambda:T(b'a','utf8'), lambda:T('é','ascii','ignore'), lambda:T(-1), lambda:T(3), lambda:T([1,2]), lambda:T([256]), lambda:T(['a']), lambda:T((1,2)), lambda:T(iter([1,2])), lambda:T(range(5)), lambda:T(memoryview(b'ab')), lambda:T(source=b'a'), lambda:T(encoding='a'), lambda:T(errors='a'), lambda:T(1<<80), lambda:T('a',errors='x'), lambda:T(1,'a'), lambda:s%1, lambda:T(b'%s')%b'a', lambda:T(b'%b')%b'a', lambda:T(b'%b')%'a', lambda:T(b'%s')%1, lambda:T(b'%a %r')%('é',1), lambda:T(b'%d %x %c %c')%(1,255,65,b'B'), lambda:T(b'%c')%300, lambda:T(b'%c')%'a', lambda:T(b'%c')%b'ab', lambda:T(b'%(a)s')%{b'a':b'1'}, lambda:T(b'%(a)s')%{'a':b'1'}, lambda:T(b'%5s|%-5s|%.2s')%(b'abc',b'abc',b'abc'), lambda:T(b'%f %05.1f %g')%(1.5,2.25,1e10), lambda:T(b'%s')%(b'a',b'b'), lambda:T(b'%s%s')%(b'a',), lambda:T(b'%z')%1, lambda:T(b'%')%(), lambda:T(b'%%')%(), lambda:T(b'%d')%'a', lambda:T(b'%+d % d %05d %-5d|')%(1,2,3,4), lambda:T(b'%#x %#o %X')%(255,8,255), lambda:T(b'%d')%b'a', lambda:T(b'%x')%1.5, lambda:s*-1, lambda:s*(1<<62), lambda:s.__sizeof__(), lambda:s.zfill('a'), lambda:s.isalpha(1), lambda:hash(s)==hash(b'abc'), lambda:s<1, lambda:iter(s).__length_hint__(), lambda:list(iter(s)), lambda:iter(s).__reduce__(), lambda:s.__getnewargs__(), lambda:s.__bytes__())
b=bytearray(b'abcdef')
def x(code):
    global b
    b=bytearray(b'abcdef')
    try: exec(code); print(code,b)
    except Exception as e: print(code,type(e).__name__,e,b)
for c in '''b[0]=1|b[9]=1|b[0]=256|b[0]='a'|b[-1]=5|del b[0]|del b[-1]|del b[9]|del b[1:3]|del b[::2]|del b[::-2]|b[1:3]=b''|b[1:3]=b'XYZW'|b[:0]=b'12'|b[10:]=b'e'|b[::2]=b'123'|b[::2]=b'12'|b[1:2]=[1,2]|b[1:2]=5|b[1:2]='a'|b[1:3]=b|b[::2]=range(3)|b['a']=1|b.append(1)|b.append(300)|b.append('a')|b.extend(b'xy')|b.extend([1,2])|b.extend('a')|b.extend(b)|b.extend(5)|b.extend([300])|b.insert(0,1)|b.insert(-1,2)|b.insert(99,3)|b.insert('a',1)|b.insert(1)|print(b.pop())|print(b.pop(0))|b.pop(9)|b.pop('a')|b.remove(97)|b.remove(1)|b.remove(999)|b.clear()|b.reverse()|print(b.copy())|b+=b'12'|b+=[1]|b+='a'|b*=2|b*=0|b*=-1|b.__init__(b'zz')|m=memoryview(b);b.append(1)|m=memoryview(b);b.clear()|m=memoryview(b);b[0]=9|m=memoryview(b);del b[0]|m=memoryview(b);b[1:2]=b'z'|m=memoryview(b);b[1:2]=b'zz'|m=memoryview(b);b.pop()|print(b.__reduce__())|print(b.__reduce_ex__(3))|print(b.__alloc__()>0)|b[4:1]=b'q'|b[1:1]=b'';print(b)|del b[:4];b+=b'zz';print(b)|b[:]=b''|b.sort()'''.split('|'): x(c)
class S(bytearray): pass
class SB(bytes): pass
print(S(b'a'),repr(SB(b'a')),type(SB(b'a')[:]),SB(b'a')+b'b',SB.fromhex('61'),S.fromhex('61'), str(SB(b'x')), SB(b'abc').strip(), type(SB(b'abc').strip()))
class B:
    def __bytes__(self): return b'BB'
class C:
    def __bytes__(self): return 1
class I:
    def __index__(self): return 3
t(lambda:bytes(B()),lambda:bytes(C()),lambda:bytearray(B()),lambda:bytes(I()),lambda:bytearray(I()),lambda:b'%b'%B(),lambda:b'%s'%C(),lambda:bytes([I()]),lambda:b'abc'.find(I()))
