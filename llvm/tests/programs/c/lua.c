/* Lua without files, modules and clocks: a script that uses the language and the libraries of strings, tables, text. */
#include <lauxlib.h>
#include <lualib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Powers with whole exponents; others are no part of the C library. */
double pow(double base, double exponent) {
  double result = 1;
  int negative = exponent < 0;
  if (exponent != floor(exponent) || fabs(exponent) > 1e6) return NAN;
  for (unsigned n = (unsigned)fabs(exponent); n; n >>= 1, base *= base)
    if (n & 1) result *= base;
  return negative ? 1 / result : result;
}

static const char script[] =
    "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end\n"
    "print(_VERSION, fib(20))\n"
    "local words = {}\n"
    "for word in ('the quick brown fox jumps over the lazy dog'):gmatch('%a+') do words[#words + 1] = word end\n"
    "table.sort(words)\n"
    "print(table.concat(words, ' '), #words, select('#', table.unpack(words)))\n"
    "print(string.format('%5d|%-8s|%q|%.3f|%g|%x|%a', 42, 'left', 'a\\nb', 2 / 3, 1e20, 255, 0.5))\n"
    "print(7 // 2, -7 // 2, 7 % -3, 7.5 // 2, 2 ^ 10, 1 / 0, -1 / 0, 10 / 2, 3 | 8, ~5, 1 << 40, '10' + 5)\n"
    "local Account = {} Account.__index = Account\n"
    "function Account.new(n) return setmetatable({balance = n}, Account) end\n"
    "function Account:add(n) self.balance = self.balance + n return self end\n"
    "Account.__add = function(a, b) return Account.new(a.balance + b.balance) end\n"
    "Account.__tostring = function(a) return 'account of ' .. a.balance end\n"
    "print(Account.new(10):add(5) + Account.new(1.5))\n"
    "local s = ('x'):rep(5, '-') print(s, s:gsub('x', {x = 'y'}), s:find('-x', 1, true), s:byte(1, 3), s:upper():reverse())\n"
    "local t = setmetatable({}, {__index = function(t, k) return k * 2 end, __len = function() return 99 end})\n"
    "print(t[21], #t, rawlen(t), next({}), type(print), tostring(nil))\n"
    "local sum = 0 for i = 1, 2000 do local t = {i, i * 2, name = 'n' .. i} sum = sum + #t.name + t[2] end print(sum)\n"
    "goto done do print('never') end ::done::\n"
    "local function count(...) local a, b = ... return select('#', ...), a, b end print(count(1, nil, 3))\n"
    "print(string.pack('<i4d', 100, 1.5):byte(1, -1)) print(utf8.char(228, 8364, 128512), utf8.len('\\u{20AC}uro'))\n"
    "print(load('return 1 + 1')(), tostring(2^53), 0x7fffffffffffffff + 1, 1e15, 123456.789e3)\n"
    "local m = {} for i = 1, 8 do m[i] = {} for j = 1, 8 do m[i][j] = (i * j) % 7 end end\n"
    "local trace = 0 for i = 1, 8 do for k = 1, 8 do trace = trace + m[i][k] * m[k][i] end end print(trace)\n"
    "collectgarbage() print(collectgarbage('count') > 0)\n";

int main(void) {
  static const luaL_Reg libraries[] = {{LUA_GNAME, luaopen_base},       {LUA_TABLIBNAME, luaopen_table},
                                       {LUA_STRLIBNAME, luaopen_string}, {LUA_UTF8LIBNAME, luaopen_utf8}};
  lua_State *state = luaL_newstate();
  for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
    luaL_requiref(state, libraries[i].name, libraries[i].func, 1);
    lua_pop(state, 1);
  }
  if (luaL_loadbuffer(state, script, sizeof script - 1, "=script")) {
    puts(lua_tostring(state, -1));
    return 1;
  }
  lua_call(state, 0, 0);
  lua_close(state);
  return 0;
}
